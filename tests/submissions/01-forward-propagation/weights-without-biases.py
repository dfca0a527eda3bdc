# /// case
# summary = "Counts the numbers of W alone"
# points = { test-weights = 0 }
# hints = { test-weights = "The weights of each layer and its biases" }
# ///

# %% shapes
def network_shapes(n, sizes):
    layers = range(1, len(sizes))
    return [{"W": (sizes[i - 1], sizes[i]), "b": (sizes[i],), "a": (n, sizes[i])} for i in layers]


def weight_count(sizes):
    return sum(sizes[i - 1] * sizes[i] for i in range(1, len(sizes)))
