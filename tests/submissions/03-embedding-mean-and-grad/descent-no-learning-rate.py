# /// case
# summary = "Subtracts the whole gradient"
# points = { test-descent = 0 }
# hints = { test-descent = "subtracts lr times the gradient" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    losses = [float(loss(weights))]
    while losses[-1] > goal and len(losses) <= max_steps:
        grads = grad(loss)(weights)
        weights = fastmath.nested_map_multiarg(lambda w, g: w - g, weights, grads)
        losses.append(float(loss(weights)))
    return weights, losses
