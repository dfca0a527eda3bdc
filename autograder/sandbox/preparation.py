"""Says what the reference solution's run leaves behind, so that kernels of submissions start faster."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Preparation:
    """What the reference solution's run leaves behind for kernels that run submissions."""

    modules: tuple[str, ...] = ()  # names of the modules that it had loaded, in the order of their import
    cache: Path | None = None  # a folder of compiled programs, None if there is none
    names: tuple[tuple[str, str], ...] = ()  # (name, expression) pairs that say what test cells mean by a name


COLD = Preparation()
