"""A byte order mark, as some editors write."""

POINTS = 4
ANSWER = r"""
def double(x):
    return 2 * x
"""


def write(path, text):
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
