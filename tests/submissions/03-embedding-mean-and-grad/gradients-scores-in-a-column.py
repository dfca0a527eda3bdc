# /// case
# summary = "Makes the scores a column, which minus a row of ratings is a square of differences"
# points = { test-loss = 0 }
# hints = { test-loss = "The scores are 2.5 and 0.5" }
# ///

# %% loss
def loss(X, y, weights):
    E, (w, b) = weights
    scores = X @ E @ w[:, None] + b
    return jnp.mean((scores - y) ** 2)


# %% gradients
def gradients(X, y, weights):
    return grad(lambda weights: loss(X, y, weights))(weights)
