"""A traceback through the test."""

ANSWER = r"""
import traceback


def double(x):
    traceback.print_stack()
    raise RuntimeError('x' + ''.join(traceback.format_stack()))
"""
