"""`tf.io.gfile` over the standard library, for files on this machine."""

from __future__ import annotations

import glob as _glob
import shutil
from pathlib import Path
from typing import IO, Any


def GFile(name: str | Path, mode: str = "r") -> IO[Any]:
    """Open a file."""
    return Path(name).open(mode, encoding=None if "b" in mode else "utf-8")


def exists(path: str | Path) -> bool:
    """Tell whether something is there."""
    return Path(path).exists()


def isdir(path: str | Path) -> bool:
    """Tell whether a folder is there."""
    return Path(path).is_dir()


def makedirs(path: str | Path) -> None:
    """Make a folder and those above it; one that is there is left alone."""
    Path(path).mkdir(parents=True, exist_ok=True)


def listdir(path: str | Path) -> list[str]:
    """Return the names in a folder."""
    return [entry.name for entry in Path(path).iterdir()]


def glob(pattern: str) -> list[str]:
    """Return the paths that match a pattern."""
    return _glob.glob(str(pattern))


def remove(path: str | Path) -> None:
    """Delete a file."""
    Path(path).unlink()


def rename(old: str | Path, new: str | Path, overwrite: bool = False) -> None:
    """Rename a file; FileExistsError where `new` is there and must not be overwritten."""
    if Path(new).exists() and not overwrite:
        raise FileExistsError(f"{new} is there already.")
    Path(old).replace(new)


def copy(old: str | Path, new: str | Path, overwrite: bool = False) -> None:
    """Copy a file; FileExistsError where `new` is there and must not be overwritten."""
    if Path(new).exists() and not overwrite:
        raise FileExistsError(f"{new} is there already.")
    shutil.copyfile(old, new)
