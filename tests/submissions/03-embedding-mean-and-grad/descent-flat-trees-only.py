# /// case
# summary = "Goes through the outer tuple, where a tuple cannot be multiplied"
# points = { test-descent = 0 }
# hints = { test-descent = "TypeError" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    losses = [float(loss(weights))]
    while losses[-1] > goal and len(losses) <= max_steps:
        grads = grad(loss)(weights)
        weights = tuple(w - lr * g for w, g in zip(weights, grads))
        losses.append(float(loss(weights)))
    return weights, losses
