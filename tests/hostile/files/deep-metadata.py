"""Metadata nested without end."""

SAID = "nested too deeply"


def write(path, text):
    path.write_text(text[:-1] + ', "x": ' + "[" * 200_000 + "]" * 200_000 + "}")
