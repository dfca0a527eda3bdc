# /// case
# summary = "Divides what was found by the number of all tweets"
# points = { test-evaluate = 1 }
# hints = { test-evaluate = "Divide by the number of tweets that truly have the class" }
# ///

# %% evaluate
def evaluate(y_hat, y):
    return {
        "accuracy": np.mean(y_hat == y),
        "found_negative": np.mean((y_hat == 0) & (y == 0)),
        "found_positive": np.mean((y_hat == 1) & (y == 1)),
    }
