# /// case
# summary = "Adds up along the columns, over the tweets instead of the scores of a tweet"
# points = { test-activations = 0 }
# hints = { test-activations = "Equal scores in a row get equal probabilities" }
# ///

# %% activations
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def softmax(z, axis=0):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
