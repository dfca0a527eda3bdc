# /// case
# summary = "Uses math.exp, which takes one number"
# points = { test-activations = 0 }
# hints = { test-activations = "The truth value of an array" }
# ///

# %% activations
import math


def sigmoid(z):
    if z < 0:
        return math.exp(z) / (1 + math.exp(z))
    return 1 / (1 + math.exp(-z))


def softmax(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
