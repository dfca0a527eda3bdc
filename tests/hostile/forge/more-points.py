"""Metadata that makes a cell worth more."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def change(nb):
    nb.cells[2].metadata["nbgrader"]["points"] = 400
