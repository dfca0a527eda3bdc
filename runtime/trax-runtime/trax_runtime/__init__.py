"""Lets the unmodified Trax 1.4.1 run on today's JAX, NumPy and Python, without TensorFlow.

`install` puts an import hook in place, which the stand-in for TensorFlow calls: Trax imports that before the modules
that need a mend. The hook lets heavy modules load when they are first used, mends others
once they are loaded, and replaces three that cannot load without TensorFlow.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

# Heavy, and off the course's path: the models cost half a second, the tokenizer scans all of Unicode, and what
# trax.supervised.callbacks imports for reinforcement learning needs Gym.
LAZY = frozenset({"trax.models", "trax.data.tokenizer", "trax.rl.serialization_utils", "trax.supervised.callbacks"})


def missing(package: str) -> Callable[[str], Any]:
    """Return a module's `__getattr__` that says in one sentence what is missing and how to get it."""

    def __getattr__(name: str) -> Any:
        raise AttributeError(
            f"This course's stand-in for {package} has no {name!r}: for what needs the real one, make another "
            f"environment and run `pip install trax {package}` there."
        )

    return __getattr__


def install() -> None:
    """Put the import hook in place; a second call changes nothing."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(importlib.abc.MetaPathFinder):
    """Finds Trax's modules as Python does, with a loader that delays or mends those that need it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a module to delay or to mend, None for every other."""
        if not name.startswith("trax."):
            return None
        from trax_runtime.mends import MENDS
        from trax_runtime.replacements import REPLACEMENTS

        if name in REPLACEMENTS:
            return importlib.machinery.ModuleSpec(name, _Replacer(REPLACEMENTS[name]))
        if name not in LAZY and name not in MENDS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        if name in LAZY:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        else:
            spec.loader = _Mender(spec.loader, MENDS[name])
        return spec


class _Mender(importlib.abc.Loader):
    """Loads a module as its own loader does, then mends it."""

    def __init__(self, loader: importlib.abc.Loader, mend: Callable[[Any], None]) -> None:
        self.loader, self.mend = loader, mend

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)  # source lines for tracebacks, resources

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Leave the making of the module to its own loader."""
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, then mend it."""
        self.loader.exec_module(module)
        self.mend(module)


class _Replacer(importlib.abc.Loader):
    """Fills a module from here, where Trax's own cannot load without TensorFlow."""

    def __init__(self, fill: Callable[[Any], None]) -> None:
        self.fill = fill

    def exec_module(self, module: ModuleType) -> None:
        """Fill the module."""
        self.fill(module)
