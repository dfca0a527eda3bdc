"""Leaves folders in folders, deeper than Python's own functions go, wherever it may write."""

EXTRA = """
import os
for place in ("/kernel", "/work", "/tmp"):
    os.chdir(place)
    for _ in range(3000):
        try:
            os.mkdir("d")
            os.chdir("d")
        except OSError:
            break
"""
