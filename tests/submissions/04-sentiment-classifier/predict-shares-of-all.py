# /// case
# summary = "Divides what was found by the number of all tweets"
# points = { test-predict = 5 }
# hints = { test-predict = "Divide by the number of tweets that truly have the class" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    return (np.exp(model(X)[:, 1]) >= threshold).astype(int)


def evaluate(y_hat, y):
    return {
        "accuracy": np.mean(y_hat == y),
        "found_negative": np.mean((y_hat == 0) & (y == 0)),
        "found_positive": np.mean((y_hat == 1) & (y == 1)),
    }
