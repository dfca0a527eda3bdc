# /// case
# summary = "Collects the sizes in a default argument, which lives on after the call"
# points = { test-count = 0 }
# hints = { test-count = "Start from zero in every call" }
# ///

# %% count
def count_weights(weights, sizes=[]):  # noqa: B006
    if isinstance(weights, tuple):
        for part in weights:
            count_weights(part)
    else:
        sizes.append(weights.size)
    return sum(sizes)


def most_units(n_inputs, n_classes, limit):
    for_each_unit = n_inputs + 1 + n_classes
    return max(0, (limit - n_classes) // for_each_unit)
