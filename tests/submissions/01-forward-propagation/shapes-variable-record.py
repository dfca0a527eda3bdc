# /// case
# summary = "Right; a variable of the student is called record"
# ///

# %% shapes
record = {}


def network_shapes(n, sizes):
    out = []
    for i, o in zip(sizes, sizes[1:]):
        record = {"W": (i, o), "b": (o,), "a": (n, o)}
        out.append(record)
    return out


def weight_count(sizes):
    return sum(i * o + o for i, o in zip(sizes, sizes[1:]))


for record in network_shapes(6, [3, 4, 2]):
    print(record)
