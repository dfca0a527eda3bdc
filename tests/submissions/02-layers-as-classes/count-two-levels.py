# /// case
# summary = "Looks two levels deep, as the weights of one Serial are"
# points = { test-count = 2 }
# hints = { test-count = "Count tuples inside tuples" }
# ///

# %% count
def count_weights(weights):
    total = 0
    for part in weights:
        for array in part:
            total += array.size
    return total


def most_units(n_inputs, n_classes, limit):
    for_each_unit = n_inputs + 1 + n_classes
    return max(0, (limit - n_classes) // for_each_unit)
