"""The metadata of all code cells but the first dropped by an editor."""

POINTS = 4
ANSWER = "def double(x):\n    return x + x"


def change(nb):
    for cell in nb.cells[1:]:
        cell["metadata"] = {}
