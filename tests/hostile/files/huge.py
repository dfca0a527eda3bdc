"""A file of 60 MB."""

SAID = "more than 20 MB"


def write(path, text):
    with path.open("wb") as file:
        file.truncate(60_000_000)
