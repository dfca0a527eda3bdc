# /// case
# summary = "A probability equal to the threshold counts as negative"
# points = { test-predict = 9 }
# hints = { test-predict = "equal to the threshold" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    p = np.exp(model(X)[:, 1])
    return np.where(p > threshold, 1, 0)


def evaluate(y_hat, y):
    right = y_hat == y
    return {
        "accuracy": right.mean(),
        "found_negative": right[y == 0].mean(),
        "found_positive": right[y == 1].mean(),
    }
