"""Files: copying, writing and removing them where somebody else may have had a hand in the folder."""

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

MOST_ENTRIES = 1000  # files that are copied
SETTLED = 60  # seconds after which a folder is locked if anybody uses it
_making = threading.Lock()


def run_folder(pid: int) -> Path:
    """Return the folder for what this process (`pid`) runs, in the system's own /tmp; it is removed at the end."""
    with _making:
        return _run_folder(pid)


@functools.cache
def _run_folder(pid: int) -> Path:
    """Make that folder.

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


def entries(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield all that lies in a folder, however deep, with its status.

    Links are not followed, and what cannot be looked at is left out.
    """
    waiting = [folder]
    while waiting:
        try:
            found = sorted(waiting.pop().iterdir())
        except OSError:
            continue
        for path in found:
            with contextlib.suppress(OSError):
                status = path.lstat()
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(path)
                yield path, status


def plain_files(folder: Path, most: int, ignore: Sequence[str] = (), hard_links: bool = True) -> dict[str, bytes]:
    """Return relative name -> content of the plain files in a folder; notebooks (they hold hidden tests) left out.

    Left out are also hidden files, names that match a pattern of `ignore`, what cannot be read, files that would make
    it more than `most` bytes, or too many, and hard links, which could be to anybody's files, unless they are wanted.
    """
    found: dict[str, bytes] = {}
    for path, status in entries(folder):
        name = path.relative_to(folder)
        plain = stat.S_ISREG(status.st_mode) and path.suffix != ".ipynb" and status.st_size <= most
        if not plain or (status.st_nlink > 1 and not hard_links) or any(_left_out(part, ignore) for part in name.parts):
            continue
        if len(found) == MOST_ENTRIES:
            break
        with contextlib.suppress(OSError):
            content = path.read_bytes()
            most -= len(content)
            found[name.as_posix()] = content
    return found


def other_files(folder: Path, taken: Collection[str], ignore: Sequence[str] = ()) -> list[str]:
    """Return the names of what `plain_files` left out of those `taken`, though it is neither hidden nor ignored."""
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
    """Write files by their relative names into a folder, made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def remove_tree(folder: Path) -> None:
    """Remove a folder where there is one, however deep it is and whoever took away the right to."""
    if folder.is_symlink() or not folder.is_dir():
        return
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder)
    if folder.exists() and os.name == "posix":  # deeper than Python goes, or without rights
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*command, "--", str(folder)], stderr=subprocess.DEVNULL, check=False)
