"""Points earned before the kernel dies are kept."""

POINTS = 4
SAID = "ended itself (exit code 1)"
ANSWER = r"""
def double(x):
    return 2 * x
"""


def change(nb):
    nb.cells[3].source = "import os; os._exit(1)"
