"""SystemExit in a test."""

ANSWER = r"""
def double(x):
    raise SystemExit(0)
"""
