# /// case
# summary = "Goes on until the goal is reached, whatever max_steps says"
# points = { test-descent = 11 }
# hints = { test-descent = "Stop after max_steps steps" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    losses = [float(loss(weights))]
    while losses[-1] > goal:
        grads = grad(loss)(weights)
        weights = fastmath.nested_map_multiarg(lambda w, g: w - lr * g, weights, grads)
        losses.append(float(loss(weights)))
    return weights, losses
