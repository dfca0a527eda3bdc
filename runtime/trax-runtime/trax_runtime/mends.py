"""The mends: for each module of Trax that needs one, a function that mends it once it is loaded."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from types import FrameType, ModuleType, SimpleNamespace
from typing import Any


class _Over(ModuleType):
    """A module seen through some names of our own; the module itself stays as it is."""

    def __init__(self, under: ModuleType, **names: Any) -> None:
        super().__init__(under.__name__)
        self.__dict__.update(names)
        self._under = under

    def __getattr__(self, name: str) -> Any:
        return getattr(self._under, name)


def _fastmath(module: Any) -> None:
    """The slides say trax.math, which Trax 1.2 called what is trax.fastmath since 1.3."""
    sys.modules["trax.math"] = module
    sys.modules["trax"].math = module  # type: ignore[attr-defined]


class _Elements(list[Any]):
    """A list that no array is a member of; asking today's JAX whether an array equals a tuple raises."""

    def __contains__(self, item: object) -> bool:
        return not hasattr(item, "shape") and super().__contains__(item)


def _fastmath_numpy(module: Any) -> None:
    """`tree in copy_from_tree` meets arrays, so a Loop could not resume; the elements to copy are never arrays."""
    original = module.tree_unflatten

    def tree_unflatten(flat: Any, tree: Any, copy_from_tree: Any = None) -> Any:
        """Rebuild `tree` from the leaves in `flat`; returns the new tree and the leaves left over."""
        return original(flat, tree, None if copy_from_tree is None else _Elements(copy_from_tree))

    module.tree_unflatten = tree_unflatten


def _fastmath_jax(module: Any) -> None:
    """`jax.custom_transforms` is gone; `jax.custom_vjp` says the same."""
    import jax

    def custom_grad(f_vjp: Callable[..., Any], f_original: Callable[..., Any]) -> Callable[..., Any]:
        """Return `f_original` with the gradient that `f_vjp(*args) -> (value, vjp)` gives."""
        f = jax.custom_vjp(f_original)

        def backward(args: Any, g: Any) -> Any:
            return tuple(f_vjp(*args)[1](g))

        f.defvjp(lambda *args: (f_original(*args), args), backward)
        return f

    module.jax_custom_grad = custom_grad
    module.JAX_BACKEND["custom_grad"] = custom_grad


def _assert_shape(module: Any) -> None:
    """`inspect.stack` reads the source of every frame, most of Trax's import time; one frame is asked for."""
    import inspect

    def stack() -> list[tuple[FrameType]]:
        frame, frames = sys._getframe(1), []
        while frame is not None and len(frames) < 2:
            frames.append((frame,))
            frame = frame.f_back  # type: ignore[assignment]
        return frames

    def getframeinfo(frame: FrameType) -> SimpleNamespace:
        return SimpleNamespace(filename=frame.f_code.co_filename, lineno=frame.f_lineno)

    module.inspect = _Over(inspect, stack=stack, getframeinfo=getframeinfo)


def _gzip_file(fileobj: Any, compresslevel: int) -> gzip.GzipFile:
    """Open a gzip file in its file's own mode: without one, Python warns when it writes."""
    mode = "wb" if fileobj.writable() else "rb"
    return gzip.GzipFile(fileobj=fileobj, mode=mode, compresslevel=compresslevel)


def _base(module: Any) -> None:
    module.gzip = _Over(gzip, GzipFile=_gzip_file)


def _training(module: Any) -> None:
    import jax

    module.gzip_lib = _Over(gzip, GzipFile=_gzip_file)
    module.jax = _Over(jax, host_count=jax.process_count)  # renamed


def _inputs(module: Any) -> None:
    import jax

    module.jax = _Over(jax, host_count=jax.process_count)  # renamed


def _acceleration(module: Any) -> None:
    """`jax.device_put_replicated` is gone; stacking a copy for each device says the same."""
    import jax

    def device_put_replicated(x: Any, devices: list[Any]) -> Any:
        return jax.tree_util.tree_map(lambda leaf: jax.numpy.stack([leaf] * len(devices)), x)

    module.jax = _Over(jax, device_put_replicated=device_put_replicated)


MENDS: dict[str, Callable[[Any], None]] = {
    "trax.fastmath": _fastmath,
    "trax.fastmath.numpy": _fastmath_numpy,
    "trax.fastmath.jax": _fastmath_jax,
    "trax.layers.assert_shape": _assert_shape,
    "trax.layers.base": _base,
    "trax.layers.acceleration": _acceleration,
    "trax.supervised.training": _training,
    "trax.data.inputs": _inputs,
}
