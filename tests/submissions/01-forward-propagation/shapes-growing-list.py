# /// case
# summary = "Collects the layers in a default argument, which goes on growing from call to call"
# points = { test-shapes = 0 }
# hints = { test-shapes = "a new list in every call" }
# ///

# %% shapes
def network_shapes(n, sizes, layers=[]):  # noqa: B006 - the mistake
    for i in range(1, len(sizes)):
        layers.append({"W": (sizes[i - 1], sizes[i]), "b": (sizes[i],), "a": (n, sizes[i])})
    return layers


def weight_count(sizes):
    return sum(sizes[i - 1] * sizes[i] + sizes[i] for i in range(1, len(sizes)))
