"""Markers of hidden tests in an answer, which nbgrader's own feedback stumbles over."""

ANSWER = r"""
def double(x):
    ### BEGIN HIDDEN TESTS
    return 1
"""
