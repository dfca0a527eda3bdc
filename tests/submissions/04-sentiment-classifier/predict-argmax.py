# /// case
# summary = "Takes the likelier class, whatever the threshold"
# points = { test-predict = 5 }
# hints = { test-predict = "Compare the probability of class 1 with the threshold" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    return np.argmax(model(X), axis=1)


def evaluate(y_hat, y):
    right = y_hat == y
    return {
        "accuracy": right.mean(),
        "found_negative": right[y == 0].mean(),
        "found_positive": right[y == 1].mean(),
    }
