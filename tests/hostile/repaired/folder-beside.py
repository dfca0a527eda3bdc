"""A deep folder beside the notebook."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def write(path, text):
    path.write_text(text)
    (path.parent / "/".join(["deep"] * 50)).mkdir(parents=True)
