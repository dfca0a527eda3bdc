"""An array of empty texts and a long one, each of which would take the room of the longest."""

SAID = "an array of texts takes more than"
ANSWER = r"""
import autograder.records

texts = {"shape": [1000], "data": [""] * 999 + ["x" * 500_000]}
autograder.records.encode = lambda value: {"text_array": texts}


def double(x):
    return 1
"""
