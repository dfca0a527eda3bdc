"""`tf.io.gfile` over the standard library, for files on this machine."""

from __future__ import annotations

import glob as _glob
import shutil
from pathlib import Path
from typing import IO, Any

import trax_runtime as _trax_runtime

__getattr__ = _trax_runtime.missing("tensorflow", "io.gfile.")


def _local(path: str | Path) -> Path:
    """Return the path; NotImplementedError where it lies in a store that TensorFlow would reach over the network."""
    if "://" in str(path):
        raise NotImplementedError(_trax_runtime.lacking("tensorflow", f"{str(path).partition('://')[0]}://"))
    return Path(path)


def GFile(name: str | Path, mode: str = "r") -> IO[Any]:
    """Open a file."""
    return _local(name).open(mode, encoding=None if "b" in mode else "utf-8")


def exists(path: str | Path) -> bool:
    """Tell whether something is there."""
    return _local(path).exists()


def isdir(path: str | Path) -> bool:
    """Tell whether a folder is there."""
    return _local(path).is_dir()


def makedirs(path: str | Path) -> None:
    """Make a folder and those above it; one that is there is left alone."""
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
    """Rename a file; FileExistsError where `new` is there and must not be overwritten."""
    if _local(new).exists() and not overwrite:
        raise FileExistsError(f"{new} is there already.")
    _local(old).replace(new)


def copy(old: str | Path, new: str | Path, overwrite: bool = False) -> None:
    """Copy a file; FileExistsError where `new` is there and must not be overwritten."""
    if _local(new).exists() and not overwrite:
        raise FileExistsError(f"{new} is there already.")
    shutil.copyfile(_local(old), new)
