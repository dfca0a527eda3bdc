"""A number of 100,000 digits."""

SAID = "is not a notebook that can be read"


def write(path, text):
    path.write_text(text[:-1] + ', "x": ' + "9" * 100_000 + "}")
