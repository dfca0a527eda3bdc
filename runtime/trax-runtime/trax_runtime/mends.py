"""The mends: for each module of Trax that needs one, a function that mends it once it is loaded."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from types import FrameType, ModuleType, SimpleNamespace
from typing import Any

from trax_runtime import missing


class Over(ModuleType):
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
    """Four functions of JAX that Trax's table names have changed; each is given back as it was."""
    import jax

    def custom_grad(f_vjp: Callable[..., Any], f_original: Callable[..., Any]) -> Callable[..., Any]:
        """Return `f_original` with the gradient of `f_vjp(*args) -> (value, vjp)`, as `jax.custom_transforms` did."""
        f = jax.custom_vjp(f_original)

        def backward(args: Any, g: Any) -> Any:
            return tuple(f_vjp(*args)[1](g))

        f.defvjp(lambda *args: (f_original(*args), args), backward)
        return f

    def cond(pred: Any, *args: Any, **names: Any) -> Any:
        """Return `true_fun(true_operand)` or `false_fun(false_operand)`: keywords that `lax.cond` no longer knows."""
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
        """Return `f` compiled, for a `device` where one is given: `jax.jit` warns that it is about to lose that."""
        compiled = jax.jit(f, **options)
        if device is None:
            return compiled
        return lambda *args, **names: compiled(*jax.device_put(args, device), **jax.device_put(names, device))

    def stop_gradient(x: Any) -> Any:
        """Return `x` as a constant; an int stays an int: LSH attention branches on the lengths that it stops."""
        return jax.tree_util.tree_map(lambda leaf: leaf if isinstance(leaf, int) else jax.lax.stop_gradient(leaf), x)

    module.JAX_BACKEND.update(custom_grad=custom_grad, cond=cond, jit=jit, stop_gradient=stop_gradient)
    # LogSoftmax needs it: step by step, JAX compiles twelve programs for each shape that a model is given.
    steps = module.JAX_BACKEND["logsumexp"]
    module.JAX_BACKEND["logsumexp"] = jax.jit(steps, static_argnames=("axis", "keepdims", "return_sign"))


def _core(module: Any) -> None:
    """Where `b` has one axis less than `a`, `jnp.linalg.solve` took it for a batch of vectors; now it raises."""
    import jax.numpy as jnp

    def solve(a: Any, b: Any) -> Any:
        return jnp.linalg.solve(a, b[..., None])[..., 0] if b.ndim == a.ndim - 1 else jnp.linalg.solve(a, b)

    module.jnp = Over(module.jnp, linalg=Over(jnp.linalg, solve=solve))


def _initializers(module: Any) -> None:
    """`jnp.load` was NumPy's own function; now it rounds what it loads to float32."""
    import numpy as np

    module.jnp = Over(module.jnp, load=np.load)


def _normalization(module: Any) -> None:
    """BatchNorm asks for a count of 64 bits; JAX warned that it makes one of 32, its default."""
    import jax
    import jax.numpy as jnp

    module.jnp = Over(module.jnp, int64=jax.dtypes.canonicalize_dtype(jnp.int64))


def _position_encodings(module: Any) -> None:
    """`jax.random.threefry_2x32` moved to `jax.extend`."""
    import jax
    import jax.extend

    module.jax = Over(jax, random=Over(jax.random, threefry_2x32=jax.extend.random.threefry_2x32))


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

    module.inspect = Over(inspect, stack=stack, getframeinfo=getframeinfo)


def _gzip_file(fileobj: Any, compresslevel: int) -> gzip.GzipFile:
    """Open a gzip file in its file's own mode: without one, Python warns when it writes."""
    mode = "wb" if fileobj.writable() else "rb"
    return gzip.GzipFile(fileobj=fileobj, mode=mode, compresslevel=compresslevel)


def _base(module: Any) -> None:
    """A layer makes its random key when first asked for it; inside a trace, it kept a key of that trace for ever."""
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
    module.jax = Over(jax, host_count=jax.process_count)  # renamed


def _inputs(module: Any) -> None:
    import jax

    module.jax = Over(jax, host_count=jax.process_count)  # renamed


def _acceleration(module: Any) -> None:
    """`jax.device_put_replicated` is gone; stacking a copy for each device says the same."""
    import jax

    def device_put_replicated(x: Any, devices: list[Any]) -> Any:
        return jax.tree_util.tree_map(lambda leaf: jax.numpy.stack([leaf] * len(devices)), x)

    module.jax = Over(jax, device_put_replicated=device_put_replicated)


def _trainer(module: Any) -> None:
    """`jax.lib.xla_bridge` is gone, and with it the list of buffers; arrays in the CPU's memory are not to be freed."""
    import jax

    def free_accelerators(trainer: Any, exceptions: Any = (), keep_constants: bool = True) -> None:
        """Delete what lies in accelerators' memory, but for `exceptions` and, unless told so, scalars."""
        kept = {id(x) for x in jax.tree_util.tree_leaves(exceptions)}
        for x in jax.live_arrays():
            on_accelerator = any(device.platform != "cpu" for device in x.devices())
            if on_accelerator and id(x) not in kept and (x.shape or not keep_constants):
                x.delete()

    module.ReversibleSerialTrainer._free_accelerators = free_accelerators


def _trainer_lib(module: Any) -> None:
    """`jax.xla_computation` is gone; lowering a compiled function gives the same."""
    import jax

    def xla_computation(f: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **names: jax.jit(f).lower(*args, **names).compiler_ir("hlo")

    module.jax = Over(jax, xla_computation=xla_computation)


def _tf_inputs(module: Any) -> None:
    """T5, which needs TensorFlow, is the one package that Trax imports inside a function."""
    import jax

    module.t5_data = lambda: missing("t5")("data")
    module.jax = Over(jax, host_count=jax.process_count)  # renamed


MENDS: dict[str, Callable[[Any], None]] = {
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
