# /// case
# summary = "Loses the minus in the exponent"
# points = { test-activations = 0 }
# hints = { test-activations = "mind the minus" }
# ///

# %% activations
def sigmoid(z):
    return 1 / (1 + np.exp(z))


def softmax(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
