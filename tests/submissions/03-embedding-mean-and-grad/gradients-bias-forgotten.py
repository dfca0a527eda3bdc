# /// case
# summary = "Computes the scores without the bias"
# points = { test-gradients = 0 }
# hints = { test-gradients = "The scores are 2.5 and 0.5" }
# ///

# %% gradients
def loss(X, y, weights):
    E, (w, _) = weights
    return jnp.mean((X @ E @ w - y) ** 2)


def gradients(X, y, weights):
    return grad(lambda weights: loss(X, y, weights))(weights)
