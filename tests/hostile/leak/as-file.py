"""The test's source in files."""

ANSWER = r"""
def double(x):
    secret = get_ipython().user_ns['In'][-1]
    for folder in ('.', '/tmp', '/kernel', '/dev/shm'):
        open(f'{folder}/notes.txt', 'w').write(secret)
    return 1
"""
