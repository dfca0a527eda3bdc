"""The metadata of all cells dropped by an editor; their ids are those of the release."""

POINTS = 4
ANSWER = "def double(x):\n    return x + x"


def change(nb):
    for cell in nb.cells:
        cell["metadata"] = {}
