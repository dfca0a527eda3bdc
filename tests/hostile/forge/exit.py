"""The kernel ends before the tests."""

SAID = "the kernel ended itself (exit code 0)"
ANSWER = r"""
import os
os._exit(0)
"""
