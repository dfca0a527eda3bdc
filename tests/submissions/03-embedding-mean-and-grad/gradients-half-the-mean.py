# /// case
# summary = "Takes half the mean squared error; its gradient is taken rightly"
# points = { test-loss = 0 }
# hints = { test-loss = "take the mean of the squared errors" }
# ///

# %% loss
def loss(X, y, weights):
    E, (w, b) = weights
    return jnp.mean((X @ E @ w + b - y) ** 2) / 2


# %% gradients
def gradients(X, y, weights):
    return grad(lambda tree: loss(X, y, tree))(weights)
