"""Replacements for three modules of Trax that cannot load without TensorFlow: each fills the module it is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trax_runtime import missing


class MetricsWriter:
    """Takes the place of TensorBoard's writer: metrics as lines of JSON, which anyone can read.

    As TensorBoard's, each writer has a file of its own: `metrics.1.jsonl`, then `metrics.2.jsonl`.
    """

    __getattr__ = staticmethod(missing("tensorflow", "summary."))

    def __init__(self, log_dir: str, enable: bool = True) -> None:
        """Write into the folder `log_dir`, or nowhere where `enable` is false."""
        self.path: Path | None = None
        if enable:
            folder = Path(log_dir)
            folder.mkdir(parents=True, exist_ok=True)
            self.path = folder / f"metrics.{len(list(folder.glob('metrics.*.jsonl'))) + 1}.jsonl"

    def scalar(self, tag: str, value: Any, step: int | None = None) -> None:
        """Add one number under the name `tag`."""
        if self.path:
            line = json.dumps({"step": None if step is None else int(step), "tag": tag, "value": float(value)})
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def text(self, tag: str, textdata: Any, step: int | None = None) -> None:
        """Leave texts out: Trax writes its configuration to a file of its own too."""

    def flush(self) -> None:
        """Do nothing: every line is written when it comes."""

    def close(self) -> None:
        """Do nothing: no file stays open."""


def _jaxboard(module: Any) -> None:
    """TensorBoard's files need TensorFlow; the module would also switch matplotlib to a backend without a screen."""
    module.SummaryWriter = MetricsWriter
    module.markdownify_operative_config_str = str
    module.__getattr__ = missing("tensorflow")


class _TensorFlowBackend(dict[str, Any]):
    """The table of TensorFlow's functions: its name, and for every function what is missing."""

    def __missing__(self, name: str) -> Any:
        return missing("tensorflow", "experimental.")("numpy")


def _tf(module: Any) -> None:
    """Trax's backend over TensorFlow's own NumPy."""
    module.TF_BACKEND = _TensorFlowBackend(name="tensorflow-numpy")
    module.__getattr__ = missing("tensorflow", "experimental.numpy.")


def _trax2keras(module: Any) -> None:
    """The converter to Keras is a subclass of a Keras layer."""

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
