"""A module of the autograder's name."""

ANSWER = r"""
open('autograder.py', 'w').write('record = print')
import sys
sys.modules.pop('autograder', None)
sys.path.insert(0, '.')
import autograder
record = autograder.record


def double(x):
    return 1
"""
