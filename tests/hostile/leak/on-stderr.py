"""The test's source on stderr."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    import sys
    print(secret, file=sys.stderr)
    return 1
"""
