# /// case
# summary = "Gives the new weights a name inside a helper, where they are lost"
# points = { test-descent = 0 }
# hints = { test-descent = "the next one starts where it ended" }
# ///

# %% descent
def step(loss, weights, lr):
    grads = grad(loss)(weights)
    weights = fastmath.nested_map_multiarg(lambda w, g: w - lr * g, weights, grads)


def descend(loss, weights, lr, goal, max_steps):
    losses = [float(loss(weights))]
    while losses[-1] > goal and len(losses) <= max_steps:
        step(loss, weights, lr)
        losses.append(float(loss(weights)))
    return weights, losses
