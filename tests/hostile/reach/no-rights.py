"""A folder that nobody may remove."""

ANSWER = r"""
import os
os.makedirs('/kernel/a/b')
os.chmod('/kernel/a', 0)


def double(x):
    return 1
"""
