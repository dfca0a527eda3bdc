"""200 MB of output."""

SAID = "MB of output"
ANSWER = r"""
print('x' * 200_000_000)
"""
