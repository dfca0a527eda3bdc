# /// case
# summary = "Subtracts the maximum with -=, from the caller's own array"
# points = { test-softmax = 10 }
# hints = { test-softmax = "Leave z as it was" }
# ///

# %% activations
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def softmax(z, axis=-1):
    z -= z.max(axis=axis, keepdims=True)
    return np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)
