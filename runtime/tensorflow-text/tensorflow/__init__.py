"""A stand-in for TensorFlow: what Trax touches of it on its JAX path, and nothing else.

Trax imports this module before its own layers, so this is where the mends of `trax_runtime` are put in place.
"""

import random as _random
from types import SimpleNamespace as _Namespace

import trax_runtime as _trax_runtime

from tensorflow import _gfile as _gfile

_trax_runtime.install()

__getattr__ = _trax_runtime.missing("tensorflow")


class _Type:
    """What Trax asks `isinstance` about; no value here is ever one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        __getattr__(type(self).__name__)


class TensorShape(_Type):
    """The shape of a tensor."""


class DType(_Type):
    """The type of a tensor's elements."""


class Tensor(_Type):
    """A tensor."""


class _Part(_Namespace):
    """A part of TensorFlow, as `tf.io`: what is here of it, and what is missing."""

    def __getattr__(self, name: str) -> None:
        _trax_runtime.missing("tensorflow", self._within)(name)


io = _Part(_within="io.", gfile=_gfile)
random = _Part(_within="random.", set_seed=_random.seed)
