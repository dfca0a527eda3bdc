# /// case
# summary = "Puts z into the list and passes a on"
# points = { test-forward = 0 }
# hints = { test-forward = "the list holds a, not z" }
# ///

# %% forward
def forward(X, layers):
    kept, a = [X], X
    for W, b, g in layers:
        z = a @ W + b
        kept.append(z)
        a = g(z)
    return kept
