# /// case
# summary = "Notes each loss before the step, so the last one is missing"
# points = { test-descent = 0 }
# hints = { test-descent = "and list it" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    losses = []
    while loss(weights) > goal and len(losses) < max_steps:
        losses.append(float(loss(weights)))
        grads = grad(loss)(weights)
        weights = fastmath.nested_map_multiarg(lambda w, g: w - lr * g, weights, grads)
    return weights, losses
