"""A stand-in for gym: its spaces, which Trax describes sequences with, and nothing else."""

import trax_runtime as _trax_runtime

from gym import spaces as spaces

_trax_runtime.install()
__getattr__ = _trax_runtime.missing("gym")
