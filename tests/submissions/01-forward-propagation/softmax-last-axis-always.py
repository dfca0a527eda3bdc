# /// case
# summary = "Copies the function of lecture 1 and leaves axis unused"
# points = { test-softmax = 8 }
# hints = { test-softmax = "the axis that is given" }
# ///

# %% activations
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
