"""Cell ids that are not unique."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def change(nb):
    for cell in nb.cells:
        cell.id = "same"
