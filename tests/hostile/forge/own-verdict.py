"""A verdict written into a cell by its student."""


def change(nb):
    verdict = {"name": "x", "earned": 4, "possible": 4, "message": "", "hint": ""}
    nb.cells[2].metadata["autograder"] = {"verdicts": [verdict]}
