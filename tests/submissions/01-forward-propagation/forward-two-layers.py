# /// case
# summary = "Writes out the two layers of the example"
# points = { test-forward = 8 }
# hints = { test-forward = "Go through the list of layers that is given" }
# ///

# %% forward
def forward(X, layers):
    W1, b1, g1 = layers[0]
    W2, b2, g2 = layers[1]
    a1 = g1(X @ W1 + b1)
    return [X, a1, g2(a1 @ W2 + b2)]
