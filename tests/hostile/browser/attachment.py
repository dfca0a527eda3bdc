"""An attachment that is no picture."""


def change(nb):
    import nbformat.v4 as v4

    cell = v4.new_markdown_cell("![x](attachment:x)")
    cell.attachments = {"x": {'image/svg+xml"><script>alert(1)</script>': "PHN2Zz4="}}
    nb.cells.append(cell)
