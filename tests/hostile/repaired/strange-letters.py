"""Half a letter, and a zero, in a text."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def change(nb):
    import nbformat.v4 as v4

    nb.cells.append(v4.new_code_cell('"\ud800\x00"'))
