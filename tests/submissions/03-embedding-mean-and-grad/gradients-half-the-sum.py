# /// case
# summary = "Takes the ½ of a textbook for the mean; with two tweets it is"
# points = { test-loss = 0 }
# hints = { test-loss = "Divide by the number of tweets" }
# ///

# %% loss
def loss(X, y, weights):
    E, (w, b) = weights
    return jnp.sum((X @ E @ w + b - y) ** 2) / 2


# %% gradients
def gradients(X, y, weights):
    return grad(lambda weights: loss(X, y, weights))(weights)
