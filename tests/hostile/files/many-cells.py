"""20,000 cells."""

SAID = "has 20004 cells"


def change(nb):
    import nbformat.v4 as v4

    nb.cells += [v4.new_code_cell("1", id=f"c{i}") for i in range(20_000)]
