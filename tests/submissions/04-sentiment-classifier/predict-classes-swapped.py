# /// case
# summary = "Takes 0 for positive where the shares are named"
# points = { test-predict = 5 }
# hints = { test-predict = "Look at the tweets of one true class alone" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    return (np.exp(model(X)[:, 1]) >= threshold).astype(int)


def evaluate(y_hat, y):
    right = y_hat == y
    return {
        "accuracy": right.mean(),
        "found_positive": right[y == 0].mean(),
        "found_negative": right[y == 1].mean(),
    }
