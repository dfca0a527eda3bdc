# /// case
# summary = "Computes the gradient once, before the loop"
# points = { test-descent = 0 }
# hints = { test-descent = "lr times a new gradient" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    grads = grad(loss)(weights)
    losses = [float(loss(weights))]
    for _ in range(max_steps):
        if losses[-1] <= goal:
            break
        weights = fastmath.nested_map_multiarg(lambda w, g: w - lr * g, weights, grads)
        losses.append(float(loss(weights)))
    return weights, losses
