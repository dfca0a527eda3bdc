# /// case
# summary = "Takes 0 for positive where the shares are named"
# points = { test-evaluate = 1 }
# hints = { test-evaluate = "found_negative is 0 and found_positive is 1" }
# ///

# %% evaluate
def evaluate(y_hat, y):
    right = y_hat == y
    return {
        "accuracy": right.mean(),
        "found_positive": right[y == 0].mean(),
        "found_negative": right[y == 1].mean(),
    }
