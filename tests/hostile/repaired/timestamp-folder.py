"""A folder in the place of the time."""

POINTS = 4
ANSWER = "def double(x):\n    return x + x"


def write(path, text):
    path.write_text(text)
    path.with_name("timestamp.txt").mkdir()
    (path.parent / "timestamp.txt" / "x").write_text("x")
