"""The test's source as an error's message."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    raise ValueError(secret)
    return 1
"""
