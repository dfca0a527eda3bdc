# /// case
# summary = "Subtracts a plain row of maxima, which fits a square batch the wrong way"
# points = { test-softmax = 0 }
# hints = { test-softmax = "keepdims=True keeps each maximum" }
# ///

# %% activations
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=axis))
    return e / e.sum(axis=axis)
