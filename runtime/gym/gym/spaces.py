"""The three spaces of gym that Trax can turn into sequences. Each describes values and draws random ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import trax_runtime as _trax_runtime

__getattr__ = _trax_runtime.missing("gym", "spaces.")
_random = np.random.default_rng()


class Box:
    """Arrays of one shape whose elements lie between `low` and `high`."""

    def __init__(self, low: Any, high: Any, shape: Sequence[int] | None = None, dtype: Any = np.float32) -> None:
        """Take the bounds. If `shape` is missing, `low` and `high` are arrays and determine it."""
        self.shape = np.shape(low) if shape is None else tuple(shape)
        self.dtype = np.dtype(dtype)
        self.low, self.high = (np.broadcast_to(bound, self.shape).astype(self.dtype) for bound in (low, high))

    def sample(self) -> np.ndarray:
        """Draw evenly between the bounds. Raises OverflowError for infinite bounds."""
        return np.asarray(_random.uniform(self.low, self.high), self.dtype)


class Discrete:
    """The numbers 0 to n - 1."""

    shape = ()

    def __init__(self, n: int) -> None:
        self.n = n

    def sample(self) -> int:
        """Draw one of the numbers."""
        return int(_random.integers(self.n))


class MultiDiscrete:
    """Arrays of numbers, each between 0 and its own `nvec` - 1."""

    def __init__(self, nvec: Sequence[int]) -> None:
        self.nvec = np.asarray(nvec)
        self.shape = self.nvec.shape

    def sample(self) -> np.ndarray:
        """Draw one number for each element."""
        return _random.integers(self.nvec)
