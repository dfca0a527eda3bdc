"""A text cell: text."""


def change(nb):
    import nbformat.v4 as v4

    nb.cells.append(v4.new_markdown_cell("<script>alert(1)</script><img src=x onerror=alert(1)>"))
