"""Lets the unmodified Trax 1.4.1 run on today's JAX, NumPy and Python, without TensorFlow.

`install` puts import hooks in place, which every stand-in calls: Trax imports TensorFlow's before the modules that need
a mend. They let heavy modules load when they are first used, mend others once they are loaded, replace three that
cannot load without TensorFlow, and say what is missing where a stand-in has no such module.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

# Heavy, and off the course's path: the models cost half a second, the tokenizer scans all of Unicode, and
# trax.supervised.callbacks brings reinforcement learning along.
LAZY = frozenset({"trax.models", "trax.data.tokenizer", "trax.rl.serialization_utils", "trax.supervised.callbacks"})

# Modules that are of no use without TensorFlow, and what each needs of it first.
TENSORFLOW_ONLY = {
    "trax.tf_numpy": "experimental.numpy",
    "trax.trainer": "config",
    "trax.rl_trainer": "config",
    "trax.predict_drop": "compat.v1",
    "trax.models.research.predict_terraformer": "test",
}

# The packages that stand in for what Trax asks for, by the module they hold.
STAND_INS = {
    "tensorflow": "tensorflow",
    "tensorflow_datasets": "tensorflow-datasets",
    "tensorflow_text": "tensorflow-text",
    "gym": "gym",
}


def lacking(package: str, name: str) -> str:
    """Return the sentence that says what of a package is missing here and how to get it."""
    return (
        f"This course's stand-in for {package} has no {name!r}: for what needs the real one, make another "
        f"environment and run `pip install trax {package}` there."
    )


def missing(package: str, within: str = "") -> Callable[[str], Any]:
    """Return a `__getattr__` that raises AttributeError for every name; `within` is its holder, as `io.`."""

    def __getattr__(name: str) -> Any:
        raise AttributeError(lacking(package, within + name))

    return __getattr__


def install() -> None:
    """Put the import hooks in place; a second call changes nothing."""
    from trax_runtime.mends import MENDS

    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Finder())
    sys.meta_path.append(_Absent())
    # trax.data.inputs comes too early for the hook: its own `import tensorflow` brings it, right after `import jax`.
    if "trax.data.inputs" in sys.modules:
        MENDS["trax.data.inputs"](sys.modules["trax.data.inputs"])


class _Finder(importlib.abc.MetaPathFinder):
    """Finds Trax's modules as Python does, with a loader that delays or mends those that need it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a module to delay or to mend, None for every other."""
        if not name.startswith("trax."):
            return None
        if name in TENSORFLOW_ONLY:
            raise ModuleNotFoundError(lacking("tensorflow", TENSORFLOW_ONLY[name]), name="tensorflow")
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


class _Absent(importlib.abc.MetaPathFinder):
    """Comes last: says what is missing where a module of a stand-in was not found."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Raise ModuleNotFoundError for a stand-in's modules, return None for every other."""
        package, _, rest = name.partition(".")
        if rest and package in STAND_INS:
            # Named after the package: the import system swallows one that names just what it looked for.
            raise ModuleNotFoundError(lacking(STAND_INS[package], rest), name=package)


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
