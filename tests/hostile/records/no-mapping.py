"""A mapping that is none: who decodes it meets an error that decoding does not have otherwise."""

SAID = "broken dict in a record"
ANSWER = r"""
import autograder.records

autograder.records.encode = lambda value: {"dict": 3}


def double(x):
    return 1
"""
