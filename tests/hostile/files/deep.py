"""JSON nested without end."""

SAID = "nested too deeply"


def write(path, text):
    path.write_text("[" * 200_000)
