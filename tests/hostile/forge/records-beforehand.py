"""Records published before the test does."""

ANSWER = r"""
from autograder import record as publish
for name in ('of zero', 'of text'):
    publish(name, 1)


def double(x):
    for name in ('of zero', 'of text'):
        publish(name, 0)
    return 1
"""
