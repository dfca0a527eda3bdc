# /// case
# summary = "Takes the layers out of the list, one after the other"
# points = { test-forward = 12 }
# hints = { test-forward = "Leave X, the list and the weights as they were" }
# ///

# %% forward
def forward(X, layers):
    a = [X]
    while layers:
        W, b, g = layers.pop(0)
        a.append(g(a[-1] @ W + b))
    return a
