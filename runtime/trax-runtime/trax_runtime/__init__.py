"""Lets the unmodified Trax 1.4.1 run on today's JAX, NumPy and Python, without TensorFlow.

Each stand-in package calls `install`, which adds import hooks. Trax imports the stand-in for TensorFlow before the
modules that need a fix. The hooks

- delay heavy modules until they are first used,
- fix other modules as soon as they are loaded,
- replace three modules that cannot load without TensorFlow,
- name what is missing if a stand-in does not have a module.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

# Heavy modules that the course does not use. The models cost half a second, the tokenizer scans all of Unicode, and
# trax.supervised.callbacks imports reinforcement learning.
LAZY = frozenset({"trax.models", "trax.data.tokenizer", "trax.rl.serialization_utils", "trax.supervised.callbacks"})

# Modules that need TensorFlow, and the first part of it that each one needs.
TENSORFLOW_ONLY = {
    "trax.tf_numpy": "experimental.numpy",
    "trax.trainer": "config",
    "trax.rl_trainer": "config",
    "trax.predict_drop": "compat.v1",
    "trax.models.research.predict_terraformer": "test",
}

# The stand-in packages, by the module that they contain.
STAND_INS = {
    "tensorflow": "tensorflow",
    "tensorflow_datasets": "tensorflow-datasets",
    "tensorflow_text": "tensorflow-text",
    "gym": "gym",
}


def lacking(package: str, name: str) -> str:
    """Return a sentence that says what a stand-in does not have, and how to get the real package."""
    return (
        f"This course's stand-in for {package} has no {name!r}. If you need the real package, make another "
        f"environment and run `pip install trax {package}` there."
    )


def missing(package: str, within: str = "") -> Callable[[str], Any]:
    """Return a `__getattr__` that raises AttributeError for each name.

    Args:
        package: the package that the stand-in replaces.
        within: the part of it that holds the name, for instance `io.`.
    """

    def __getattr__(name: str) -> Any:
        raise AttributeError(lacking(package, within + name))

    return __getattr__


def install() -> None:
    """Add the import hooks. A second call changes nothing."""
    from trax_runtime.fixes import FIXES

    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Finder())
    sys.meta_path.append(_MissingFinder())
    # trax.data.inputs is being loaded already: its own `import tensorflow` has led here, right after `import jax`.
    if "trax.data.inputs" in sys.modules:
        FIXES["trax.data.inputs"](sys.modules["trax.data.inputs"])


class _Finder(importlib.abc.MetaPathFinder):
    """Finds Trax's modules as Python does, and gives some of them a loader that delays or fixes them."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a module to delay, fix or replace, or None for any other module.

        Raises:
            ModuleNotFoundError: the module needs TensorFlow.
        """
        if not name.startswith("trax."):
            return None
        if name in TENSORFLOW_ONLY:
            raise ModuleNotFoundError(lacking("tensorflow", TENSORFLOW_ONLY[name]), name="tensorflow")
        from trax_runtime.fixes import FIXES
        from trax_runtime.replacements import REPLACEMENTS

        if name in REPLACEMENTS:
            return importlib.machinery.ModuleSpec(name, _FillingLoader(REPLACEMENTS[name]))
        if name not in LAZY and name not in FIXES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        if name in LAZY:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        else:
            spec.loader = _FixingLoader(spec.loader, FIXES[name])
        return spec


class _MissingFinder(importlib.abc.MetaPathFinder):
    """The last finder. It says what is missing if no other finder has found a module of a stand-in."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Raise ModuleNotFoundError for modules of a stand-in, and return None for all others."""
        package, _, rest = name.partition(".")
        if rest and package in STAND_INS:
            # The error names the package. Python ignores an error that names exactly the module it looked for.
            raise ModuleNotFoundError(lacking(STAND_INS[package], rest), name=package)


class _FixingLoader(importlib.abc.Loader):
    """Loads a module with its own loader, then fixes it."""

    def __init__(self, loader: importlib.abc.Loader, fix: Callable[[Any], None]) -> None:
        self.loader, self.fix = loader, fix

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)  # for instance source lines for tracebacks

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Let the module's own loader create it."""
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, then fix it."""
        self.loader.exec_module(module)
        self.fix(module)


class _FillingLoader(importlib.abc.Loader):
    """Fills a module with our own content, because Trax's own cannot load without TensorFlow."""

    def __init__(self, fill: Callable[[Any], None]) -> None:
        self.fill = fill

    def exec_module(self, module: ModuleType) -> None:
        """Fill the module."""
        self.fill(module)
