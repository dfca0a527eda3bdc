"""Fixes for Trax: for each module that needs one, a function that fixes it after it is loaded."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from types import FrameType, ModuleType, SimpleNamespace
from typing import Any

from trax_runtime import missing


class Over(ModuleType):
    """A view of a module in which some names are ours. The module itself does not change."""

    def __init__(self, under: ModuleType, **names: Any) -> None:
        super().__init__(under.__name__)
        self.__dict__.update(names)
        self._under = under

    def __getattr__(self, name: str) -> Any:
        return getattr(self._under, name)


def _fastmath(module: Any) -> None:
    """Make `trax.fastmath` available as `trax.math`, its name in Trax 1.2, which the slides use."""
    sys.modules["trax.math"] = module
    sys.modules["trax"].math = module  # type: ignore[attr-defined]


class _Elements(list[Any]):
    """A list that contains no array. Today's JAX raises an error if an array is compared with a tuple."""

    def __contains__(self, item: object) -> bool:
        return not hasattr(item, "shape") and super().__contains__(item)


def _fastmath_numpy(module: Any) -> None:
    """Let a Loop resume: `tree in copy_from_tree` compared arrays. The elements to copy are never arrays."""
    original = module.tree_unflatten

    def tree_unflatten(flat: Any, tree: Any, copy_from_tree: Any = None) -> Any:
        """Rebuild `tree` from the leaves in `flat`, and return the new tree and the remaining leaves."""
        return original(flat, tree, None if copy_from_tree is None else _Elements(copy_from_tree))

    module.tree_unflatten = tree_unflatten


def _fastmath_jax(module: Any) -> None:
    """Restore four functions of JAX that have changed, in Trax's table of functions."""
    import jax

    def custom_grad(f_vjp: Callable[..., Any], f_original: Callable[..., Any]) -> Callable[..., Any]:
        """Return `f_original` with the gradient of `f_vjp(*args) -> (value, vjp)`, as `jax.custom_transforms` did."""
        f = jax.custom_vjp(f_original)

        def backward(args: Any, g: Any) -> Any:
            return tuple(f_vjp(*args)[1](g))

        f.defvjp(lambda *args: (f_original(*args), args), backward)
        return f

    def cond(pred: Any, *args: Any, **names: Any) -> Any:
        """Return `true_fun(true_operand)` or `false_fun(false_operand)`. `lax.cond` no longer has these keywords."""
        if "true_operand" not in names:
            return jax.lax.cond(pred, *args, **names)
        return jax.lax.cond(
            pred,
            lambda true, false: names["true_fun"](true),
            lambda true, false: names["false_fun"](false),
            names["true_operand"],
            names["false_operand"],
        )

    def jit(f: Callable[..., Any], device: Any = None, **options: Any) -> Callable[..., Any]:
        """Return `f` compiled, for `device` if one is given. `jax.jit` warns that it will lose that argument."""
        compiled = jax.jit(f, **options)
        if device is None:
            return compiled
        return lambda *args, **names: compiled(*jax.device_put(args, device), **jax.device_put(names, device))

    def stop_gradient(x: Any) -> Any:
        """Return `x` as a constant. An int stays an int, because LSH attention branches on such lengths."""
        return jax.tree_util.tree_map(lambda leaf: leaf if isinstance(leaf, int) else jax.lax.stop_gradient(leaf), x)

    module.JAX_BACKEND.update(custom_grad=custom_grad, cond=cond, jit=jit, stop_gradient=stop_gradient)
    # LogSoftmax uses logsumexp. Without jit, JAX compiles twelve small programs for each new input shape.
    steps = module.JAX_BACKEND["logsumexp"]
    module.JAX_BACKEND["logsumexp"] = jax.jit(steps, static_argnames=("axis", "keepdims", "return_sign"))


def _core(module: Any) -> None:
    """Let `jnp.linalg.solve` take a `b` with one axis less than `a` as a batch of vectors, as it used to."""
    import jax.numpy as jnp

    def solve(a: Any, b: Any) -> Any:
        return jnp.linalg.solve(a, b[..., None])[..., 0] if b.ndim == a.ndim - 1 else jnp.linalg.solve(a, b)

    module.jnp = Over(module.jnp, linalg=Over(jnp.linalg, solve=solve))


def _initializers(module: Any) -> None:
    """Load arrays with `np.load`. `jnp.load` now rounds to float32."""
    import numpy as np

    module.jnp = Over(module.jnp, load=np.load)


def _normalization(module: Any) -> None:
    """Give BatchNorm a counter of 32 bits, JAX's default. JAX warned when it asked for 64."""
    import jax
    import jax.numpy as jnp

    module.jnp = Over(module.jnp, int64=jax.dtypes.canonicalize_dtype(jnp.int64))


def _position_encodings(module: Any) -> None:
    """Restore `jax.random.threefry_2x32`, which moved to `jax.extend`."""
    import jax
    import jax.extend

    module.jax = Over(jax, random=Over(jax.random, threefry_2x32=jax.extend.random.threefry_2x32))


def _assert_shape(module: Any) -> None:
    """Replace `inspect.stack`, which took most of Trax's import time: it reads the source of all frames."""
    import inspect

    def stack() -> list[tuple[FrameType]]:
        frames: list[tuple[FrameType]] = []
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and len(frames) < 2:
            frames.append((frame,))
            frame = frame.f_back
        return frames

    def getframeinfo(frame: FrameType) -> SimpleNamespace:
        return SimpleNamespace(filename=frame.f_code.co_filename, lineno=frame.f_lineno)

    module.inspect = Over(inspect, stack=stack, getframeinfo=getframeinfo)


def _gzip_file(fileobj: Any, compresslevel: int) -> gzip.GzipFile:
    """Open a gzip file with the mode of its file. Without a mode, Python warns when it writes."""
    mode = "wb" if fileobj.writable() else "rb"
    return gzip.GzipFile(fileobj=fileobj, mode=mode, compresslevel=compresslevel)


def _base(module: Any) -> None:
    """Let a layer create its random key outside any trace. Otherwise it would keep a key of that trace for ever."""
    import jax

    module.gzip = Over(gzip, GzipFile=_gzip_file)
    original = module.Layer.rng

    def rng(layer: Any) -> Any:
        with jax.ensure_compile_time_eval():
            return original.fget(layer)

    module.Layer.rng = property(rng, original.fset, doc=original.__doc__)


def _training(module: Any) -> None:
    import jax

    module.gzip_lib = Over(gzip, GzipFile=_gzip_file)
    module.jax = Over(jax, host_count=jax.process_count)  # JAX renamed it


def _inputs(module: Any) -> None:
    import jax

    module.jax = Over(jax, host_count=jax.process_count)  # JAX renamed it


def _acceleration(module: Any) -> None:
    """Replace `jax.device_put_replicated`, which JAX removed, by a stack with a copy for each device."""
    import jax

    def device_put_replicated(x: Any, devices: list[Any]) -> Any:
        return jax.tree_util.tree_map(lambda leaf: jax.numpy.stack([leaf] * len(devices)), x)

    module.jax = Over(jax, device_put_replicated=device_put_replicated)


def _trainer(module: Any) -> None:
    """Find accelerators' arrays without `jax.lib.xla_bridge`, which JAX removed. Arrays of the CPU are kept."""
    import jax

    def free_accelerators(trainer: Any, exceptions: Any = (), keep_constants: bool = True) -> None:
        """Delete arrays in the memory of accelerators, except `exceptions` and, by default, scalars."""
        kept = {id(x) for x in jax.tree_util.tree_leaves(exceptions)}
        for x in jax.live_arrays():  # type: ignore[no-untyped-call] # JAX gives it no types
            on_accelerator = any(device.platform != "cpu" for device in x.devices())
            if on_accelerator and id(x) not in kept and (x.shape or not keep_constants):
                x.delete()

    module.ReversibleSerialTrainer._free_accelerators = free_accelerators


def _trainer_lib(module: Any) -> None:
    """Replace `jax.xla_computation`, which JAX removed, by lowering a compiled function."""
    import jax

    def xla_computation(f: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **names: jax.jit(f).lower(*args, **names).compiler_ir("hlo")

    module.jax = Over(jax, xla_computation=xla_computation)


def _tf_inputs(module: Any) -> None:
    """Say that T5 is missing, which needs TensorFlow. Trax imports it inside a function."""
    import jax

    module.t5_data = lambda: missing("t5")("data")
    module.jax = Over(jax, host_count=jax.process_count)  # JAX renamed it


FIXES: dict[str, Callable[[Any], None]] = {
    "trax.fastmath": _fastmath,
    "trax.fastmath.numpy": _fastmath_numpy,
    "trax.fastmath.jax": _fastmath_jax,
    "trax.layers.assert_shape": _assert_shape,
    "trax.layers.base": _base,
    "trax.layers.core": _core,
    "trax.layers.initializers": _initializers,
    "trax.layers.normalization": _normalization,
    "trax.layers.research.position_encodings": _position_encodings,
    "trax.layers.acceleration": _acceleration,
    "trax.optimizers.trainer": _trainer,
    "trax.supervised.trainer_lib": _trainer_lib,
    "trax.supervised.training": _training,
    "trax.data.tf_inputs": _tf_inputs,
    "trax.data.inputs": _inputs,
}
