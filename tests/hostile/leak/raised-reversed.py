"""The secret line as an error's message, backwards."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    line = [line for line in secret.splitlines() if 'canary' in line][0]
    raise ValueError(line[::-1])
    return 1
"""
