"""Files: copying, writing and removing them in folders that somebody else may have changed."""

from __future__ import annotations

import atexit
import contextlib
import fnmatch
import functools
import itertools
import os
import shutil
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

MOST_ENTRIES = 1000  # files of a folder that are copied
MOST_BYTES = 50_000_000  # bytes of these files together
SETTLED = 60  # an unlocked folder that is older than this many seconds belongs to a dead process
_making = threading.Lock()


def run_folder(pid: int) -> Path:
    """Return the folder in /tmp for the kernels of this process (`pid`); it is removed when the process ends."""
    with _making:
        return _run_folder(pid)


@functools.cache
def _run_folder(pid: int) -> Path:
    """Make that folder and lock it, and remove the folders of dead processes.

    However a process ends, its lock ends with it.
    """
    import fcntl  # Windows has none, and no sandbox

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
    """Write `text` to `path` so that a reader sees either all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def entries(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield everything in a folder and its subfolders, with its status.

    Links are not followed. Entries that cannot be read are left out.
    """
    waiting = [folder]
    while waiting:
        try:
            paths = sorted(waiting.pop().iterdir())
        except OSError:
            continue
        for path in paths:
            with contextlib.suppress(OSError):
                status = path.lstat()
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(path)
                yield path, status


def plain_files(
    folder: Path, ignore: Sequence[str] = (), hard_links: bool = True, most: int = MOST_BYTES
) -> dict[str, bytes]:
    """Return relative name -> content of the plain files in a folder, without notebooks, which hold hidden tests.

    Hidden files and files that cannot be read are left out. So are files from the MOST_ENTRIES-th on, and those that
    would make it more than `most` bytes together.

    Args:
        folder: the folder, with its subfolders.
        ignore: patterns of names to leave out.
        hard_links: whether hard links are taken. One in a submission could lead to anybody's file.
        most: bytes of all files together.
    """
    contents: dict[str, bytes] = {}
    room = most
    for path, status in entries(folder):
        name = path.relative_to(folder)
        plain = stat.S_ISREG(status.st_mode) and path.suffix != ".ipynb" and status.st_size <= room
        if not plain or (status.st_nlink > 1 and not hard_links) or any(_left_out(part, ignore) for part in name.parts):
            continue
        if len(contents) == MOST_ENTRIES:
            break
        with contextlib.suppress(OSError):
            content = path.read_bytes()
            room -= len(content)
            contents[name.as_posix()] = content
    return contents


def other_files(folder: Path, taken: Collection[str], ignore: Sequence[str] = ()) -> list[str]:
    """Return the names of files that `plain_files` did not take, except notebooks, hidden and ignored files."""
    names = [
        path.relative_to(folder)
        for path, status in itertools.islice(entries(folder), MOST_ENTRIES)
        if not stat.S_ISDIR(status.st_mode) and path.suffix != ".ipynb"
    ]
    wanted = [name for name in names if not any(_left_out(part, ignore) for part in name.parts)]
    return [name.as_posix() for name in wanted if name.as_posix() not in taken]


def _left_out(name: str, ignore: Sequence[str]) -> bool:
    return name.startswith(".") or any(fnmatch.fnmatch(name, pattern) for pattern in ignore)


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files by their relative names into a folder, which is made if it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def remove_tree(folder: Path) -> None:
    """Remove a folder if there is one, however deep it is, and even if its rights forbid that."""
    if folder.is_symlink() or not folder.is_dir():
        return
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder)
    if folder.exists() and os.name == "posix":  # deeper than Python can go, or without the rights
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*command, "--", str(folder)], stderr=subprocess.DEVNULL, check=False)
