"""Broken JSON."""

SAID = "is not a notebook that can be read"


def write(path, text):
    path.write_text(text[:-20])
