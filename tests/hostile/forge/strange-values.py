"""Values that no judge has seen."""

ANSWER = r"""
import numpy as np
values = [10**4000, float('nan'), np.array([1, 'a', None], dtype=object), {'a': {1, 2}}, lambda: 1, np.zeros((0, 5, 0)),
          np.array(['\ud800']), '\ud800', b'x', 1j, [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]


def double(x):
    return values.pop()
"""
