# /// case
# summary = "Turns the loss into a Python number, through which grad can't see"
# points = { test-gradients = 0 }
# hints = { test-gradients = "ConcretizationTypeError" }
# ///

# %% loss
def loss(X, y, weights):
    E, (w, b) = weights
    return float(jnp.mean((X @ E @ w + b - y) ** 2))


# %% gradients
def gradients(X, y, weights):
    return grad(lambda weights: loss(X, y, weights))(weights)
