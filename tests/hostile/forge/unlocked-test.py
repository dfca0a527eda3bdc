"""A test declared to be an answer that a person grades."""


def change(nb):
    nb.cells[2].metadata["nbgrader"] |= {"solution": True, "locked": False}
    nb.cells[2].source = ""
