"""Outputs without number."""

ANSWER = r"""
from IPython.display import display
while True:
    display(1)
"""
