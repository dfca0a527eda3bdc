"""The autograder: what instructors run, and `record`, which hidden tests call.

Importing this package is light (standard library and NumPy), because student notebooks do it.
"""

from autograder.records import accuracy, alike, between, distinct, one_of, record, unordered

__all__ = ["accuracy", "alike", "between", "distinct", "one_of", "record", "unordered"]
