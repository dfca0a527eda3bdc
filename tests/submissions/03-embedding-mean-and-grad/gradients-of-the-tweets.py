# /// case
# summary = "Forgets that grad looks at the first argument, here X"
# points = { test-gradients = 0 }
# hints = { test-gradients = "The gradient with respect to the weights" }
# ///

# %% gradients
def gradients(X, y, weights):
    return grad(loss)(X, y, weights)
