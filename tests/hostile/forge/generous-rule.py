"""Records with a rule of the student's own."""

ANSWER = r"""
import autograder.records as r
full = r.record


def generous(name, value, **options):
    full(name, value, rtol=1e9, atol=1e9)


import builtins, sys
r.record = sys.modules['autograder'].record = generous
builtins.record = generous
record = generous


def double(x):
    return 1
"""
