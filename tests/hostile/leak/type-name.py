"""A type named after the secret."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    line = [line for line in secret.splitlines() if 'canary' in line][0]
    return type(line, (), {})()
    return 1
"""
