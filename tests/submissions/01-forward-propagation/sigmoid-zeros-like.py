# /// case
# summary = "Fills an array made like z, which holds whole numbers where z does; picks places in a number"
# points = { test-sigmoid = 3 }
# hints = { test-sigmoid = "For whole numbers, too" }
# ///

# %% activations
def sigmoid(z):
    a = np.zeros_like(z)
    a[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    a[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    return a


def softmax(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
