"""An object that is equal to everything."""

ANSWER = r"""
class Same(int):
    __eq__ = lambda *_: True
    __ne__ = lambda *_: False
    __hash__ = int.__hash__


def double(x):
    return Same(1)
"""
