"""A wrong encoding."""

SAID = "is not a notebook that can be read"


def write(path, text):
    path.write_bytes(text.replace("double", "d\xf6uble").encode("latin-1"))
