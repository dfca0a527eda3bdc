# /// case
# summary = "Takes for an array what NumPy made, and goes into Trax's arrays as if they were tuples"
# points = { test-count = 5 }
# hints = { test-count = "its arrays are JAX's" }
# ///

# %% count
def count_weights(weights):
    if isinstance(weights, np.ndarray):
        return weights.size
    return sum(count_weights(part) for part in weights)


def most_units(n_inputs, n_classes, limit):
    for_each_unit = n_inputs + 1 + n_classes
    return max(0, (limit - n_classes) // for_each_unit)
