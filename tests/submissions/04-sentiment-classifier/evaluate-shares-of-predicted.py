# /// case
# summary = "Divides what was found by the number of tweets that were called so"
# points = { test-evaluate = 1 }
# hints = { test-evaluate = "Divide by the number of tweets that truly have the class" }
# ///

# %% evaluate
def evaluate(y_hat, y):
    scores = {"accuracy": np.mean(y_hat == y)}
    for name, label in (("found_negative", 0), ("found_positive", 1)):
        found = np.sum((y_hat == label) & (y == label))
        scores[name] = found / max(1, np.sum(y_hat == label))
    return scores
