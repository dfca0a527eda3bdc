"""A graded cell of the student's own."""


def change(nb):
    import copy

    cell = copy.deepcopy(nb.cells[2])
    cell.id, cell.source = "mine", "100"
    cell.metadata["nbgrader"] |= {"grade_id": "mine", "points": 100}
    nb.cells.append(cell)
