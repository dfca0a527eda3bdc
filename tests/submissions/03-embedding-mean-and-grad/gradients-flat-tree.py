# /// case
# summary = "Unpacks the tree and returns three arrays side by side"
# points = { test-gradients = 0 }
# hints = { test-gradients = "a tree of the same form as the weights" }
# ///

# %% gradients
def gradients(X, y, weights):
    gE, (gw, gb) = grad(loss, argnums=2)(X, y, weights)
    return gE, gw, gb
