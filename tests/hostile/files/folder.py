"""A folder of a notebook's name."""

SAID = "is not a plain file"


def write(path, text):
    path.mkdir()
