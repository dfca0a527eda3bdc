"""A stand-in for gym: only its spaces, with which Trax describes sequences."""

import trax_runtime as _trax_runtime

from gym import spaces as spaces

_trax_runtime.install()
__getattr__ = _trax_runtime.missing("gym")
