"""The first cell deleted."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def change(nb):
    del nb.cells[0]
