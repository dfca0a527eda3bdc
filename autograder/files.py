"""Files: copying, writing and removing them where somebody else may have had a hand in the folder."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path

MOST_ENTRIES = 1000  # files and folders that are copied, or that a kernel may leave in its folder of sockets


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path` so that a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def copy_plain_files(source: Path, target: Path, most: int) -> None:
    """Copy what a notebook may need beside it: plain files, no links, no notebooks (those hold hidden tests).

    Files that would make it more than `most` bytes, or too many, are left out.
    """
    target.mkdir(mode=0o755)
    left, entries = most, MOST_ENTRIES
    for root, folders, files in os.walk(source):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(root, name) for name in files if not name.endswith(".ipynb")):
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > left or not entries:
                continue
            left, entries = left - status.st_size, entries - 1
            copied = target / path.relative_to(source)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copied)


def remove_tree(folder: Path) -> None:
    """Remove a folder, whoever may have taken away the right to do so; links are not followed."""
    folder.chmod(0o700)
    for root, folders, _ in os.walk(folder):
        for name in folders:
            path = Path(root, name)
            if not path.is_symlink():
                path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
