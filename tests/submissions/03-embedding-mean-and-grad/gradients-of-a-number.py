# /// case
# summary = "Gives grad the value of the loss"
# points = { test-gradients = 0 }
# hints = { test-gradients = "grad takes a function, not its value" }
# ///

# %% gradients
def gradients(X, y, weights):
    return grad(loss(X, y, weights))(weights)
