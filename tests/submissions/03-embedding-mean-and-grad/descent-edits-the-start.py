# /// case
# summary = "Moves the arrays that it was given with -="
# points = { test-descent = 12 }
# hints = { test-descent = "Leave the tree that you were given as it was" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    def step(w, g):
        w -= lr * np.asarray(g)
        return w

    losses = [float(loss(weights))]
    while losses[-1] > goal and len(losses) <= max_steps:
        grads = grad(loss)(weights)
        weights = fastmath.nested_map_multiarg(step, weights, grads)
        losses.append(float(loss(weights)))
    return weights, losses
