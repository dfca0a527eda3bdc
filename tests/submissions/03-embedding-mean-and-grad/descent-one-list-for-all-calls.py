# /// case
# summary = "Keeps the losses in a default argument, which lives on from call to call"
# points = { test-descent = 0 }
# hints = { test-descent = "Begin with an empty list in every call" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps, losses=[]):
    losses.append(float(loss(weights)))
    for _ in range(max_steps):
        if losses[-1] <= goal:
            break
        grads = grad(loss)(weights)
        weights = fastmath.nested_map_multiarg(lambda w, g: w - lr * g, weights, grads)
        losses.append(float(loss(weights)))
    return weights, losses
