"""An encoding that JSON allows."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def write(path, text):
    path.write_bytes(text.encode("utf-16"))
