"""Files beside the notebook under names that are no text, or would be options."""

import os

POINTS = 4
ANSWER = "def double(x):\n    return x + x"


def write(path, text):
    path.write_text(text)
    for name in (b"\xff\xfe.csv", b"a\nb\x1b[31m.csv", b"x" * 250, b"-rf", b"$(reboot)", b"a\\b"):
        (path.parent / os.fsdecode(name)).write_text("1")
