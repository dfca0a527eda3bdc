# /// case
# summary = "Uses math.exp, which takes one number"
# points = { test-sigmoid = 0 }
# hints = { test-sigmoid = "np.exp takes a whole array" }
# ///

# %% activations
import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def softmax(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
