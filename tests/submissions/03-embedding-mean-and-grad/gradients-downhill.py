# /// case
# summary = "Returns the direction of the step instead of the gradient"
# points = { test-gradients = 0 }
# hints = { test-gradients = "For the bias the gradient is the mean of the errors times 2" }
# ///

# %% gradients
def gradients(X, y, weights):
    tree = grad(loss, argnums=2)(X, y, weights)
    return fastmath.nested_map(lambda g: -g, tree)
