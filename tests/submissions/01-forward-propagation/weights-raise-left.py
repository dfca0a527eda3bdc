# /// case
# summary = "Writes the answer and leaves the raise below it"
# points = { test-weights = 0 }
# hints = { test-weights = "delete that line" }
# ///

# %% shapes
def network_shapes(n, sizes):
    layers = range(1, len(sizes))
    return [{"W": (sizes[i - 1], sizes[i]), "b": (sizes[i],), "a": (n, sizes[i])} for i in layers]


def weight_count(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += sizes[i - 1] * sizes[i] + sizes[i]
    raise NotImplementedError
