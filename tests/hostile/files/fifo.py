"""A pipe that never ends."""

SAID = "is not a plain file"


def write(path, text):
    import os

    os.mkfifo(path)
