"""A text cell: link."""


def change(nb):
    import nbformat.v4 as v4

    nb.cells.append(
        v4.new_markdown_cell("[a](javascript:alert(1)) [b]( java\nscript:alert(1)) [d]\n\n[d]: javascript:alert(1)")
    )
