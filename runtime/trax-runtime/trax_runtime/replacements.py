"""Replacements for three modules of Trax that cannot load without TensorFlow. Each function fills one module."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trax_runtime import missing


class MetricsWriter:
    """Writes metrics as lines of JSON, in place of TensorBoard's writer.

    Each writer has its own file, as in TensorBoard: `metrics.1.jsonl`, then `metrics.2.jsonl`.
    """

    def __init__(self, log_dir: str, enable: bool = True) -> None:
        """Write into the folder `log_dir`, or nowhere if `enable` is false."""
        self.path: Path | None = None
        if enable:
            folder = Path(log_dir)
            folder.mkdir(parents=True, exist_ok=True)
            self.path = folder / f"metrics.{len(list(folder.glob('metrics.*.jsonl'))) + 1}.jsonl"

    def __getattr__(self, name: str) -> Any:
        return missing("tensorflow", "summary.")(name)

    def scalar(self, tag: str, value: Any, step: int | None = None) -> None:
        """Add one number under the name `tag`."""
        if self.path:
            line = json.dumps({"step": None if step is None else int(step), "tag": tag, "value": float(value)})
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def text(self, tag: str, textdata: Any, step: int | None = None) -> None:
        """Ignore texts: Trax also writes its configuration to a file of its own."""

    def flush(self) -> None:
        """Do nothing: each line is written at once."""

    def close(self) -> None:
        """Do nothing: no file is left open."""


def _jaxboard(module: Any) -> None:
    """Write metrics without TensorFlow. Trax's module would also switch matplotlib to a backend without a screen."""
    module.SummaryWriter = MetricsWriter
    module.markdownify_operative_config_str = str
    module.__getattr__ = missing("tensorflow")


class _TensorFlowBackend(dict[str, Any]):
    """The table of TensorFlow's functions. It has only a name, and says for each function what is missing."""

    def __missing__(self, name: str) -> Any:
        return missing("tensorflow", "experimental.")("numpy")


def _tf(module: Any) -> None:
    """Fill Trax's backend for TensorFlow's NumPy, of which only the name is there."""
    module.TF_BACKEND = _TensorFlowBackend(name="tensorflow-numpy")
    module.__getattr__ = missing("tensorflow", "experimental.numpy.")


def _trax2keras(module: Any) -> None:
    """Give the converter to Keras, which needs a Keras layer as its base class, a class that says so."""

    class AsKeras:
        """Trax's converter of a layer to Keras; it needs TensorFlow."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            missing("tensorflow")("keras")

    module.AsKeras = AsKeras


REPLACEMENTS: dict[str, Callable[[Any], None]] = {
    "trax.jaxboard": _jaxboard,
    "trax.fastmath.tf": _tf,
    "trax.trax2keras": _trax2keras,
}
