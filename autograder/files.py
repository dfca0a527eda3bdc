"""Files: copying, writing and removing them where somebody else may have had a hand in the folder."""

from __future__ import annotations

import atexit
import contextlib
import fnmatch
import functools
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Mapping, Sequence
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
