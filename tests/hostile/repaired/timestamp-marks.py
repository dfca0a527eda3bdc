"""A time with a byte order mark, in UTF-16, as PowerShell writes it."""

POINTS = 4
ANSWER = "def double(x):\n    return x + x"


def write(path, text):
    path.write_text(text)
    path.with_name("timestamp.txt").write_bytes("2030-01-01 12:00:00 UTC\r\n".encode("utf-16"))
