"""A time that is none."""

POINTS = 4
SAID = "timestamp.txt holds no time that can be read"
ANSWER = r"""
def double(x):
    return 2 * x
"""


def write(path, text):
    path.write_text(text)
    path.with_name("timestamp.txt").write_text("soon")
