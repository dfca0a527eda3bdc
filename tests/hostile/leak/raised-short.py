"""The secret line alone as an error's message."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    raise ValueError([line for line in secret.splitlines() if 'canary' in line])
    return 1
"""
