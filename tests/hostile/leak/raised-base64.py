"""The secret line as an error's message, in base64."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    import base64
    line = [line for line in secret.splitlines() if 'canary' in line][0]
    raise ValueError(base64.b64encode(line.encode()).decode())
    return 1
"""
