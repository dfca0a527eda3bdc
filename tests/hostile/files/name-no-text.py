"""A notebook whose name is no text, and would clear a terminal."""

import os

SAID = r"the folder holds \udcff\x1b[2J\n.ipynb: if it is the work, rename it to notebook.ipynb."


def write(path, text):
    (path.parent / os.fsdecode(b"\xff\x1b[2J\n.ipynb")).write_text(text)
