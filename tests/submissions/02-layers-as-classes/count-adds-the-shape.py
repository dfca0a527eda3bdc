# /// case
# summary = "Adds the sides of a matrix instead of multiplying them"
# points = { test-count = 0 }
# hints = { test-count = "Every number of every array" }
# ///

# %% count
def count_weights(weights):
    if isinstance(weights, tuple):
        return sum(count_weights(part) for part in weights)
    return sum(weights.shape)


def most_units(n_inputs, n_classes, limit):
    for_each_unit = n_inputs + 1 + n_classes
    return max(0, (limit - n_classes) // for_each_unit)
