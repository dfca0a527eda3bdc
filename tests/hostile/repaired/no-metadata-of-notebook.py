"""A notebook without metadata."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def change(nb):
    nb.metadata.clear()
