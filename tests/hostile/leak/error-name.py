"""An error named after the secret."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    line = [line for line in secret.splitlines() if 'canary' in line][0]
    raise type(line, (Exception,), {})('x')
    return 1
"""
