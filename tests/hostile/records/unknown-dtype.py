"""The hidden test as the dtype of an array, in a disguise that nobody looks for."""

SAID = "an array's dtype is not allowed"
ANSWER = r"""
import autograder.records


def shifted(text):
    return "".join(chr(ord(letter) + 1) for letter in text)


def encoded(value):
    test = next(source for source in In if "canary" + ": nobody" in source)
    return {"array": {"dtype": shifted(test), "shape": [1], "data": ""}}


autograder.records.encode = encoded


def double(x):
    return 1
"""
