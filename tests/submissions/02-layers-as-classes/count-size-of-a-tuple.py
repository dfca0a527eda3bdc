# /// case
# summary = "Asks a tuple for its size"
# points = { test-count = 0 }
# hints = { test-count = "Ask first whether something is a tuple" }
# ///

# %% count
def count_weights(weights):
    return weights.size


def most_units(n_inputs, n_classes, limit):
    return max(0, (limit - n_classes) // (n_inputs + 1 + n_classes))
