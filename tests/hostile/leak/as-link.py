"""A link to the test's source."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    import os
    os.symlink('/etc/passwd', '/kernel/link')
    print(secret)
    return 1
"""
