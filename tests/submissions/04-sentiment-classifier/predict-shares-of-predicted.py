# /// case
# summary = "Divides what was found by the number of tweets that were called so"
# points = { test-predict = 5 }
# hints = { test-predict = "Divide by the number of tweets that truly have the class" }
# ///

# %% predict
def predict(model, X, threshold=0.5):
    return (np.exp(model(X)[:, 1]) >= threshold).astype(int)


def evaluate(y_hat, y):
    scores = {"accuracy": np.mean(y_hat == y)}
    for name, label in (("found_negative", 0), ("found_positive", 1)):
        found = np.sum((y_hat == label) & (y == label))
        scores[name] = found / max(1, np.sum(y_hat == label))
    return scores
