# /// case
# summary = "Stops where the loss does not fall"
# points = { test-descent = 12 }
# hints = { test-descent = "Only goal and max_steps end the descent" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    losses = [float(loss(weights))]
    while losses[-1] > goal and len(losses) <= max_steps:
        new = fastmath.nested_map_multiarg(lambda w, d: w - lr * d, weights, grad(loss)(weights))
        value = float(loss(new))
        if value >= losses[-1]:
            break
        weights = new
        losses.append(value)
    return weights, losses
