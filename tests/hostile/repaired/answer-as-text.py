"""A solution cell turned into text."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def change(nb):
    nb.cells[1].cell_type = "markdown"
    for key in ("outputs", "execution_count"):
        nb.cells[1].pop(key)
