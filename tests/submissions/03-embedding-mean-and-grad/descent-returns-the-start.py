# /// case
# summary = "Keeps the new weights under another name and returns the old ones"
# points = { test-descent = 0 }
# hints = { test-descent = "Return the weights to which the last loss belongs" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    current = weights
    losses = [float(loss(current))]
    while losses[-1] > goal and len(losses) <= max_steps:
        grads = grad(loss)(current)
        current = fastmath.nested_map_multiarg(lambda w, g: w - lr * g, current, grads)
        losses.append(float(loss(current)))
    return weights, losses
