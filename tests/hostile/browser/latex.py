"""A text cell: latex."""


def change(nb):
    import nbformat.v4 as v4

    nb.cells.append(v4.new_markdown_cell("$\\href{javascript:alert(1)}{x}$ $\\require{html}$"))
