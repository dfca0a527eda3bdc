# /// case
# summary = "Reads column 0, the probability of negative"
# points = { test-predict = 0 }
# hints = { test-predict = "np.exp turns column 1 into probabilities" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    p = np.exp(model(X))[:, 0]
    return (p >= threshold).astype(int)


def evaluate(y_hat, y):
    right = y_hat == y
    return {
        "accuracy": right.mean(),
        "found_negative": right[y == 0].mean(),
        "found_positive": right[y == 1].mean(),
    }
