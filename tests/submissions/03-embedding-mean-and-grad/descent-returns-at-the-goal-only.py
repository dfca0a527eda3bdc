# /// case
# summary = "Returns from inside the loop, so nothing comes back where the steps run out"
# points = { test-descent = 11 }
# hints = { test-descent = "Stop after max_steps steps" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    losses = [float(loss(weights))]
    for _ in range(max_steps):
        if losses[-1] <= goal:
            return weights, losses
        grads = grad(loss)(weights)
        weights = fastmath.nested_map_multiarg(lambda w, g: w - lr * g, weights, grads)
        losses.append(float(loss(weights)))
