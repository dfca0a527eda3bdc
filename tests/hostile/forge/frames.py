"""Names rebound through the frames of the caller."""

ANSWER = r"""
import sys


def double(x):
    frame = sys._getframe()
    while frame:
        frame.f_globals['record'] = lambda *_, **__: None
        frame = frame.f_back
    return 1
"""
