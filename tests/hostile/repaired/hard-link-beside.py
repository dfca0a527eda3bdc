"""A hard link to the solution beside the notebook, in the place of data."""

POINTS = 4
ANSWER = r"""
import os
assert not os.path.exists("data.csv")

def double(x):
    return 2 * x
"""
SAID = "Not taken over: data.csv"


def write(path, text):
    path.write_text(text)
    path.with_name("data.csv").hardlink_to(path.parents[4] / "solutions" / "small" / "notebook.ipynb")
