"""A text cell: entity."""


def change(nb):
    import nbformat.v4 as v4

    nb.cells.append(v4.new_markdown_cell("[a](&#106;avascript:alert(1)) <javascript:alert(1)>"))
