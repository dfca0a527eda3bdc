# /// case
# summary = "Makes the scores a column, which minus a row of ratings is a square of differences"
# points = { test-gradients = 0 }
# hints = { test-gradients = "The scores are 2.5 and 0.5" }
# ///

# %% gradients
def loss(X, y, weights):
    E, (w, b) = weights
    scores = X @ E @ w[:, None] + b
    return jnp.mean((scores - y) ** 2)


def gradients(X, y, weights):
    return grad(lambda weights: loss(X, y, weights))(weights)
