# /// case
# summary = "Adds the squared errors up instead of averaging them"
# points = { test-gradients = 0 }
# hints = { test-gradients = "take the mean of the squared errors" }
# ///

# %% gradients
def loss(X, y, weights):
    E, (w, b) = weights
    return jnp.sum((X @ E @ w + b - y) ** 2)


def gradients(X, y, weights):
    return grad(lambda weights: loss(X, y, weights))(weights)
