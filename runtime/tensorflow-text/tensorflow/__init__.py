"""A stand-in for TensorFlow: what Trax touches of it on its JAX path, and nothing else.

Trax imports this module before its own layers, so this is where the mends of `trax_runtime` are put in place.
"""

import random as _random
from types import SimpleNamespace as _Namespace

import trax_runtime as _trax_runtime

from tensorflow import _gfile as _gfile

_trax_runtime.install()

__getattr__ = _trax_runtime.missing("tensorflow")


class TensorShape:
    """What Trax asks `isinstance` about; no value here is ever one."""


class DType:
    """What Trax asks `isinstance` about; no value here is ever one."""


class Tensor:
    """What Trax asks `isinstance` about; no value here is ever one."""


io = _Namespace(gfile=_gfile)
random = _Namespace(set_seed=_random.seed)
