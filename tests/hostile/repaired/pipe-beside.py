"""A pipe beside the notebook."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def write(path, text):
    import os

    path.write_text(text)
    os.mkfifo(path.with_name("data.csv"))
