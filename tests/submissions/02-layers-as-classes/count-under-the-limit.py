# /// case
# summary = "Stays under the limit where it may be met"
# points = { test-units = 0 }
# hints = { test-units = "not one more" }
# ///

# %% count
def count_weights(weights):
    if isinstance(weights, tuple):
        return sum(count_weights(part) for part in weights)
    return weights.size


def most_units(n_inputs, n_classes, limit):
    units = 0
    while (units + 1) * (n_inputs + 1 + n_classes) + n_classes < limit:
        units += 1
    return units
