# /// case
# summary = "Takes the argmax over the tweets instead of the classes"
# points = { test-predict = 0 }
# hints = { test-predict = "One label for each tweet" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    return np.argmax(model(X), axis=0)


def evaluate(y_hat, y):
    right = y_hat == y
    return {
        "accuracy": right.mean(),
        "found_negative": right[y == 0].mean(),
        "found_positive": right[y == 1].mean(),
    }
