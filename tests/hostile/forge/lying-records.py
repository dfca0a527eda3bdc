"""Records whose parts do not agree."""

ANSWER = r"""
from autograder.records import MIME
from IPython.display import display


def double(x):
    array = {'dtype': '<f8', 'shape': [2**60, 2**60], 'data': ''}
    for value in ({'array': array}, {'array': 3}, {'set': [[[]]]}, {'float': 'x'}, {'x': 1, 'y': 2}, 1e999):
        display({MIME: {'version': 1, 'name': 'of zero', 'value': value, 'error': ['x'] * 9}}, raw=True)
    return 1
"""
