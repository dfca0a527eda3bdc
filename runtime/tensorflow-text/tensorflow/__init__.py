"""A stand-in for TensorFlow: only what Trax uses of it when it runs on JAX.

Trax imports this module before its own layers, so it installs the fixes of `trax_runtime`.
"""

import random as _random
from types import SimpleNamespace as _Namespace
from typing import Any as _Any

import trax_runtime as _trax_runtime

from tensorflow import _gfile as _gfile

_trax_runtime.install()

__getattr__ = _trax_runtime.missing("tensorflow")


class _Type:
    """A type that Trax needs for `isinstance`. No value ever has this type."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        __getattr__(type(self).__name__)


class TensorShape(_Type):
    """The shape of a tensor."""


class DType(_Type):
    """The type of a tensor's elements."""


class Tensor(_Type):
    """A tensor."""


class _Part(_Namespace):
    """A part of TensorFlow, such as `tf.io`. It says what is missing."""

    def __getattr__(self, name: str) -> _Any:
        return _trax_runtime.missing("tensorflow", self._within)(name)


io = _Part(_within="io.", gfile=_gfile)
random = _Part(_within="random.", set_seed=_random.seed)
