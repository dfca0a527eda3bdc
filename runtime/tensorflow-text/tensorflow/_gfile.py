"""`tf.io.gfile` for files on this machine, written with the standard library."""

from __future__ import annotations

import glob as _glob
import shutil
from pathlib import Path
from typing import IO, Any

import trax_runtime as _trax_runtime

__getattr__ = _trax_runtime.missing("tensorflow", "io.gfile.")


def _local(path: str | Path) -> Path:
    """Return the path. Raises NotImplementedError for a store that TensorFlow would reach over the network."""
    if "://" in str(path):
        raise NotImplementedError(_trax_runtime.lacking("tensorflow", f"{str(path).partition('://')[0]}://"))
    return Path(path)


def GFile(name: str | Path, mode: str = "r") -> IO[Any]:
    """Open a file."""
    return _local(name).open(mode, encoding=None if "b" in mode else "utf-8")


def exists(path: str | Path) -> bool:
    """Return whether a path exists."""
    return _local(path).exists()


def isdir(path: str | Path) -> bool:
    """Return whether a path is a folder."""
    return _local(path).is_dir()


def makedirs(path: str | Path) -> None:
    """Create a folder and its parents. An existing folder is left alone."""
    _local(path).mkdir(parents=True, exist_ok=True)


def listdir(path: str | Path) -> list[str]:
    """Return the names in a folder."""
    return [entry.name for entry in _local(path).iterdir()]


def glob(pattern: str) -> list[str]:
    """Return the paths that match a pattern."""
    return _glob.glob(str(_local(pattern)))


def remove(path: str | Path) -> None:
    """Delete a file."""
    _local(path).unlink()


def rename(old: str | Path, new: str | Path, overwrite: bool = False) -> None:
    """Rename a file. Raises FileExistsError if `new` exists and must not be overwritten."""
    if _local(new).exists() and not overwrite:
        raise FileExistsError(f"{new} exists already.")
    _local(old).replace(new)


def copy(old: str | Path, new: str | Path, overwrite: bool = False) -> None:
    """Copy a file. Raises FileExistsError if `new` exists and must not be overwritten."""
    if _local(new).exists() and not overwrite:
        raise FileExistsError(f"{new} exists already.")
    shutil.copyfile(_local(old), new)
