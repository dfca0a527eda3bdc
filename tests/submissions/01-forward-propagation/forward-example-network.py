# /// case
# summary = "Goes through the network of the example instead of the one that is given"
# points = { test-forward = 0 }
# hints = { test-forward = "Go through the list of layers that is given" }
# ///

# %% forward
def forward(X, layers):
    a = [X]
    for W, b, g in example:
        a.append(g(a[-1] @ W + b))
    return a
