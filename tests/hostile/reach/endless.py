"""A loop without end."""

ANSWER = r"""
while True:
    pass
"""
