# /// case
# summary = "Counts the right ones instead of taking their share"
# points = { test-predict = 0 }
# hints = { test-predict = "Three of the four are right" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    return (np.exp(model(X)[:, 1]) >= threshold).astype(int)


def evaluate(y_hat, y):
    right = y_hat == y
    return {
        "accuracy": np.sum(right),
        "found_negative": np.sum(right[y == 0]),
        "found_positive": np.sum(right[y == 1]),
    }
