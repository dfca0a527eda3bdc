"""Terminal: where the commands print, and how."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn

# No emoji codes: a student may be called a:b.
out = Console(width=None if sys.stdout.isatty() else 160, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)


def complain(message: str) -> None:
    """Print one sentence on stderr."""
    err.print(message, markup=False, emoji=False)


def progress_bar() -> Progress:
    """Return a progress bar on stderr, where it does not mix with the table."""
    return Progress(SpinnerColumn(), *Progress.get_default_columns(), TimeElapsedColumn(), console=err, transient=True)


def relative_to_here(path: Path) -> Path:
    """Return a path as it is printed: relative to the current folder if it lies there."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
