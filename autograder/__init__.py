"""The autograder: what instructors run, and `record`, which hidden tests call.

Importing this package is light (standard library and NumPy), because student notebooks do it.
"""

from autograder.records import accuracy, between, one_of, record

__all__ = ["accuracy", "between", "one_of", "record"]
