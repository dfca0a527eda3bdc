# /// case
# summary = "Makes a step before it asks whether the goal is reached already"
# points = { test-descent = 12 }
# hints = { test-descent = "make no step" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    losses = [float(loss(weights))]
    for _ in range(max_steps):
        grads = grad(loss)(weights)
        weights = fastmath.nested_map_multiarg(lambda w, g: w - lr * g, weights, grads)
        losses.append(float(loss(weights)))
        if losses[-1] <= goal:
            break
    return weights, losses
