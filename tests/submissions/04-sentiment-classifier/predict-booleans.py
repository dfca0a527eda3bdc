# /// case
# summary = "Returns True and False"
# points = { test-predict = 0 }
# hints = { test-predict = ".astype(int) turns True into 1" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    return np.exp(model(X)[:, 1]) >= threshold


def evaluate(y_hat, y):
    right = y_hat == y
    return {
        "accuracy": right.mean(),
        "found_negative": right[y == 0].mean(),
        "found_positive": right[y == 1].mean(),
    }
