"""The text of a locked cell."""


def change(nb):
    nb.cells[2].source = "print(4)"
