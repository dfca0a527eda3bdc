# /// case
# summary = "Returns the output and forgets the way there"
# points = { test-forward = 0 }
# hints = { test-forward = "activations of all layers in a list" }
# ///

# %% forward
def forward(X, layers):
    for W, b, g in layers:
        X = g(X @ W + b)
    return X
