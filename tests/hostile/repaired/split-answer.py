"""A solution cell split in two."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def change(nb):
    import copy

    second = copy.deepcopy(nb.cells[1])
    second.id, second.source = "second", nb.cells[1].source
    nb.cells[1].source = "x = 1"
    nb.cells.insert(2, second)
