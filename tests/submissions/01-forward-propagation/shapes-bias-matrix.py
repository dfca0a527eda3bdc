# /// case
# summary = "Thinks of b as a matrix of one row"
# points = { test-shapes = 0 }
# hints = { test-shapes = "in a plain row" }
# ///

# %% shapes
def network_shapes(n, sizes):
    layers = range(1, len(sizes))
    return [{"W": (sizes[i - 1], sizes[i]), "b": (1, sizes[i]), "a": (n, sizes[i])} for i in layers]


def weight_count(sizes):
    return sum(sizes[i - 1] * sizes[i] + sizes[i] for i in range(1, len(sizes)))
