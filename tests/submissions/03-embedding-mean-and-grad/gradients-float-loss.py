# /// case
# summary = "Turns the loss into a Python number, through which grad can't see"
# points = { test-gradients = 11 }
# hints = { test-gradients = "What grad looks into is written with jnp" }
# ///

# %% loss
def loss(X, y, weights):
    E, (w, b) = weights
    return float(jnp.mean((X @ E @ w + b - y) ** 2))


# %% gradients
def gradients(X, y, weights):
    return grad(lambda weights: loss(X, y, weights))(weights)
