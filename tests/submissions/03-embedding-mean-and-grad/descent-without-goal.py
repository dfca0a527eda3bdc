# /// case
# summary = "Always makes max_steps steps"
# points = { test-descent = 0 }
# hints = { test-descent = "stop at the first loss that is not above goal" }
# ///

# %% descent
def descend(loss, weights, lr, goal, max_steps):
    losses = [float(loss(weights))]
    for _ in range(max_steps):
        grads = grad(loss)(weights)
        weights = fastmath.nested_map_multiarg(lambda w, g: w - lr * g, weights, grads)
        losses.append(float(loss(weights)))
    return weights, losses
