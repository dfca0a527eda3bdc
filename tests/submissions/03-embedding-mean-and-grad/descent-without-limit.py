# /// case
# summary = "Goes on for 200 steps, whatever max_steps says"
# points = { test-descent = 11 }
# hints = { test-descent = "After max_steps steps" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    losses = [float(loss(weights))]
    for _ in range(200):
        if losses[-1] <= goal:
            break
        grads = grad(loss)(weights)
        weights = fastmath.nested_map_multiarg(lambda w, g: w - lr * g, weights, grads)
        losses.append(float(loss(weights)))
    return weights, losses
