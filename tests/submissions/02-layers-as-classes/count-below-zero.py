# /// case
# summary = "Goes below zero units"
# points = { test-units = 4 }
# hints = { test-units = "return 0, not a negative number" }
# ///

# %% count
def count_weights(weights):
    if isinstance(weights, tuple):
        return sum(count_weights(part) for part in weights)
    return weights.size


def most_units(n_inputs, n_classes, limit):
    for_each_unit = n_inputs + 1 + n_classes
    return (limit - n_classes) // for_each_unit
