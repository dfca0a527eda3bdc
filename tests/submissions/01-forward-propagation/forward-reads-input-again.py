# /// case
# summary = "Lets every layer read X"
# points = { test-forward = 0 }
# hints = { test-forward = "reads the activations of the first" }
# ///

# %% forward
def forward(X, layers):
    return [X] + [g(X @ W + b) for W, b, g in layers]
