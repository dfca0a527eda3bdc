"""A text that, where the name of a picture that is missing is taken out, names another one."""


def change(nb):
    import nbformat.v4 as v4

    nb.cells.append(v4.new_markdown_cell("![x](attachattachment:ment:y) attachment:a![x](attachment:y)"))
