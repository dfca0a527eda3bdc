"""record replaced by nothing."""

ANSWER = r"""
import autograder
autograder.record = record = lambda *_, **__: None
import autograder.records
autograder.records._outcome = lambda value: {'value': 0}


def double(x):
    return 1
"""
