"""The test's source, printed by the function that it tests."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    print(secret)
    return 1
"""
