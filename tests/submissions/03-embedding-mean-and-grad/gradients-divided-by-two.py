# /// case
# summary = "Divides by 2, the number of tweets in the example"
# points = { test-gradients = 4 }
# hints = { test-gradients = "means over all tweets: divide by their number" }
# ///

# %% gradients
def gradients(X, y, weights):
    E, (w, b) = weights
    e = 2 * (X @ E @ w + b - y) / 2
    return np.asarray(X.T @ np.outer(e, w)), (np.asarray((X @ E).T @ e), np.asarray(e.sum()))
