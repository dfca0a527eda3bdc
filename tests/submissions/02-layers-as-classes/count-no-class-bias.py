# /// case
# summary = "Forgets the biases of the second layer"
# points = { test-units = 0 }
# hints = { test-units = "each class has a bias too" }
# ///

# %% count
def count_weights(weights):
    if isinstance(weights, tuple):
        return sum(count_weights(part) for part in weights)
    return weights.size


def most_units(n_inputs, n_classes, limit):
    for_each_unit = n_inputs + 1 + n_classes
    return max(0, limit // for_each_unit)
