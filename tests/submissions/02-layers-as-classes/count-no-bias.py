# /// case
# summary = "Forgets the bias of each unit"
# points = { test-count = 0 }
# hints = { test-count = "5 units need 43 numbers" }
# ///

# %% count
def count_weights(weights):
    if isinstance(weights, tuple):
        return sum(count_weights(part) for part in weights)
    return weights.size


def most_units(n_inputs, n_classes, limit):
    for_each_unit = n_inputs + n_classes
    return max(0, (limit - n_classes) // for_each_unit)
