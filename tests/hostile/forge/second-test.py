"""A copy of the test that holds something else."""


def change(nb):
    import copy

    cell = copy.deepcopy(nb.cells[2])
    cell.id, cell.source = "mine", "4"
    nb.cells.append(cell)
