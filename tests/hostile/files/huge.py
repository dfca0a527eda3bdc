"""A file of 60 MB, and none of it outputs."""

SAID = "holds 60 MB besides its outputs, more than 20 MB"


def write(path, text):
    with path.open("wb") as file:
        file.write(b"[[[[")
        file.truncate(60_000_000)
