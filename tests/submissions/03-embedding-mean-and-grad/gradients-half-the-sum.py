# /// case
# summary = "Takes the ½ of a textbook for the mean; with two tweets it is"
# points = { test-gradients = 0 }
# hints = { test-gradients = "Divide by the number of tweets" }
# ///

# %% gradients
def loss(X, y, weights):
    E, (w, b) = weights
    return jnp.sum((X @ E @ w + b - y) ** 2) / 2


def gradients(X, y, weights):
    return grad(lambda weights: loss(X, y, weights))(weights)
