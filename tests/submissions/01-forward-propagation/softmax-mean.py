# /// case
# summary = "Subtracts the mean, which leaves large powers large"
# points = { test-softmax = 9 }
# hints = { test-softmax = "Subtract the largest score" }
# ///

# %% activations
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def softmax(z, axis=-1):
    e = np.exp(z - z.mean(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
