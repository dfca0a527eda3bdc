"""A text cell: diagram."""


def change(nb):
    import nbformat.v4 as v4

    nb.cells.append(v4.new_markdown_cell('```mermaid\ngraph LR; a-->b; click a href "javascript:alert(1)"\n```'))
