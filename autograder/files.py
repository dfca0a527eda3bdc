"""Files: copying, writing and removing them where somebody else may have had a hand in the folder."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

MOST_ENTRIES = 1000  # files and folders that are copied, or that a kernel may leave in its folder of sockets
SETTLED = 60  # seconds after which a folder is locked if anybody uses it


@functools.cache
def run_folder(pid: int) -> Path:
    """Return the folder for what this process (`pid`) runs, in the system's own /tmp; it is removed at the end.

    The lock on it ends with the process, however that ends: what others have left behind is removed first.
    """
    import fcntl  # only where there is a sandbox

    for old in Path("/tmp").glob("kernels-*"):
        with contextlib.suppress(OSError):
            if old.stat().st_uid == os.getuid() and old.stat().st_mtime < time.time() - SETTLED:
                handle = os.open(old, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    remove_tree(old)
                finally:
                    os.close(handle)
    folder = Path(tempfile.mkdtemp(prefix=f"kernels-{pid}-", dir="/tmp"))
    fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_EX)
    atexit.register(remove_tree, folder)
    return folder


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
    if not folder.exists():
        return
    folder.chmod(0o700)
    for root, folders, _ in os.walk(folder):
        for name in folders:
            path = Path(root, name)
            if not path.is_symlink():
                path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
