# /// case
# summary = "Collects the activations in a default argument, which goes on growing from call to call"
# points = { test-forward = 0 }
# hints = { test-forward = "a new list in every call" }
# ///

# %% forward
def forward(X, layers, a=[]):  # noqa: B006 - the mistake
    a.append(X)
    for W, b, g in layers:
        a.append(g(a[-1] @ W + b))
    return a
