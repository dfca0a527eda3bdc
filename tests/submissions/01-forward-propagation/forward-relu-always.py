# /// case
# summary = "Uses ReLU in every layer"
# points = { test-forward = 11 }
# hints = { test-forward = "Each layer has its own g" }
# ///

# %% forward
def forward(X, layers):
    a = [X]
    for W, b, _ in layers:
        a.append(relu(a[-1] @ W + b))
    return a
