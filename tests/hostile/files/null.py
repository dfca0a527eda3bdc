"""JSON that is no notebook."""

SAID = "is not a notebook that can be read"


def write(path, text):
    path.write_text("null")
