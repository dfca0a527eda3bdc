# /// case
# summary = "Writes the gradient by hand and forgets the factor w on the way back to E"
# points = { test-gradients = 7 }
# hints = { test-gradients = "on the errors and on w" }
# ///

# %% gradients
def gradients(X, y, weights):
    E, (w, b) = weights
    error = 2 * (X @ E @ w + b - y) / len(y)
    gE = X.T @ np.outer(error, np.ones(len(w)))
    return gE, (error @ (X @ E), error.sum())
