"""A time of handing in before all times."""

POINTS = 4
ANSWER = "def double(x):\n    return x + x"


def write(path, text):
    path.write_text(text)
    (path.parent / "timestamp.txt").write_text("0001-01-01 00:00:00 +2359")
