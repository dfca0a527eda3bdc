"""A schema version of yesterday."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def change(nb):
    for cell in nb.cells[:3]:
        cell.metadata["nbgrader"]["schema_version"] = 1
