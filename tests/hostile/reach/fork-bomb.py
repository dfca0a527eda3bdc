"""Processes without end."""

ANSWER = r"""
import os
try:
    while True:
        if not os.fork():
            import time
            time.sleep(60)
except OSError:
    pass


def double(x):
    return 1
"""
