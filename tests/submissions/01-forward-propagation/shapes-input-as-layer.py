# /// case
# summary = "Counts the input as a layer without weights"
# points = { test-shapes = 0 }
# hints = { test-shapes = "the input is not a layer" }
# ///

# %% shapes
def network_shapes(n, sizes):
    layers = [{"W": (), "b": (), "a": (n, sizes[0])}]
    for i in range(1, len(sizes)):
        layers.append({"W": (sizes[i - 1], sizes[i]), "b": (sizes[i],), "a": (n, sizes[i])})
    return layers


def weight_count(sizes):
    return sum(sizes[i - 1] * sizes[i] + sizes[i] for i in range(1, len(sizes)))
