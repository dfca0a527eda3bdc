"""A locked cell copied and pasted."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def change(nb):
    import copy

    cell = copy.deepcopy(nb.cells[2])
    cell.id = "copy"
    nb.cells.insert(1, cell)
