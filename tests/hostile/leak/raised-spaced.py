"""The secret line as an error's message, letter by letter."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    line = [line for line in secret.splitlines() if 'canary' in line][0]
    raise ValueError(' '.join(line))
    return 1
"""
