"""A test turned into text."""


def change(nb):
    nb.cells[2].cell_type = "markdown"
    for key in ("outputs", "execution_count"):
        nb.cells[2].pop(key)
