# /// case
# summary = "Stops one step early, because the first loss counts as a step"
# points = { test-descent = 12 }
# hints = { test-descent = "Stop after max_steps steps" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    losses = [float(loss(weights))]
    while losses[-1] > goal and len(losses) < max_steps:
        grads = grad(loss)(weights)
        weights = fastmath.nested_map_multiarg(lambda w, g: w - lr * g, weights, grads)
        losses.append(float(loss(weights)))
    return weights, losses
