# /// case
# summary = "Takes e to the scores as they are"
# points = { test-softmax = 8 }
# hints = { test-softmax = "Subtract the largest score" }
# ///

# %% activations
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def softmax(z, axis=-1):
    return np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)
