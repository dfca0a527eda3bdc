"""The test's source as sizes of arrays, which verdicts used to quote."""

SAID = "got an array of booleans, expected one of whole numbers"
ANSWER = r"""
def double(x):
    import numpy as np
    secret = get_ipython().user_ns['In'][-1]
    return np.zeros([ord(letter) for letter in secret[:3]], bool)
"""
