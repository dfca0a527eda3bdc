"""Output without end."""

SAID = "MB of output"
ANSWER = r"""
while True:
    print('x' * 10**5)
"""
