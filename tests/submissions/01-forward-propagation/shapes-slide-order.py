# /// case
# summary = "Gives W a row for each unit, as the slides do"
# points = { test-shapes = 0 }
# hints = { test-shapes = "W has a row for each input" }
# ///

# %% shapes
def network_shapes(n, sizes):
    layers = range(1, len(sizes))
    return [{"W": (sizes[i], sizes[i - 1]), "b": (sizes[i],), "a": (n, sizes[i])} for i in layers]


def weight_count(sizes):
    return sum(sizes[i - 1] * sizes[i] + sizes[i] for i in range(1, len(sizes)))
