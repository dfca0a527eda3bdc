"""Half a million empty lines of code and of text, for whoever looks at each of them again from each of them."""

POINTS = 4
ANSWER = "\n" * 500_000 + "def double(x):\n    return x + x"


def change(nb):
    nb.cells[1].source = ANSWER
    nb.cells.append(dict(nb.cells[3], id="text", cell_type="markdown", source="\n" * 500_000 + "x"))
    for key in ("outputs", "execution_count"):
        nb.cells[-1].pop(key)
