# /// case
# summary = "Chooses between the two forms with np.where, which computes both everywhere"
# points = { test-sigmoid = 5 }
# hints = { test-sigmoid = "don't compute the other form there" }
# ///

# %% activations
def sigmoid(z):
    z = np.asarray(z)
    return np.where(z < 0, np.exp(z) / (1 + np.exp(z)), 1 / (1 + np.exp(-z)))


def softmax(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
