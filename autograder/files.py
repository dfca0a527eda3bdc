"""Files: copying, writing and removing them where somebody else may have had a hand in the folder."""

from __future__ import annotations

import fnmatch
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

MOST_ENTRIES = 1000  # files and folders that are copied, or that a kernel may leave in its folder of sockets


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path` so that a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def plain_files(folder: Path, most: int, ignore: Sequence[str] = ()) -> dict[str, bytes]:
    """Return relative name -> content of the plain files in a folder; notebooks (they hold hidden tests) left out.

    Links are not followed, pipes not opened. Left out are hidden files, names that match a pattern of `ignore`, and
    files that would make it more than `most` bytes, or too many.
    """
    found: dict[str, bytes] = {}
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _left_out(name, ignore))
        for path in (Path(root, name) for name in sorted(files) if not _left_out(name, ignore)):
            status = path.lstat()
            if path.suffix == ".ipynb" or not stat.S_ISREG(status.st_mode) or status.st_size > most:
                continue
            if len(found) == MOST_ENTRIES:
                return found
            content = path.read_bytes()
            most -= len(content)
            found[path.relative_to(folder).as_posix()] = content
    return found


def _left_out(name: str, ignore: Sequence[str]) -> bool:
    return name.startswith(".") or any(fnmatch.fnmatch(name, pattern) for pattern in ignore)


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files by their relative names into a folder, made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def remove_tree(folder: Path) -> None:
    """Remove a folder where there is one, whoever may have taken away the right to; links are not followed."""
    if not folder.is_dir():
        return
    folder.chmod(0o700)
    for root, folders, _ in os.walk(folder):
        for name in folders:
            path = Path(root, name)
            if not path.is_symlink():
                path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
