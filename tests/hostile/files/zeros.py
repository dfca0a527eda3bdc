"""A file of zeros."""

SAID = "is not a notebook that can be read"


def write(path, text):
    path.write_bytes(bytes(10**6))
