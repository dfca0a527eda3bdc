# /// case
# summary = "Subtracts the largest score of the whole batch"
# points = { test-softmax = 9 }
# hints = { test-softmax = "Each tweet has its own maximum" }
# ///

# %% activations
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def softmax(z, axis=-1):
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=axis, keepdims=True)
