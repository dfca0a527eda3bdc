# /// case
# summary = "Lists the activations of the layers alone"
# points = { test-forward = 0 }
# hints = { test-forward = "The list holds X and one array" }
# ///

# %% forward
def forward(X, layers):
    activations, a = [], X
    for W, b, g in layers:
        a = g(a @ W + b)
        activations.append(a)
    return activations
