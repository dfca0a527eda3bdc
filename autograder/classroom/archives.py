"""Archives: the files of a download, zipped or unpacked. Its writer may be hostile; nothing is unpacked to a path."""

from __future__ import annotations

import contextlib
import io
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from autograder.errors import UsageError
from autograder.files import entries
from autograder.harmless import printable

LARGEST_DIRECTORY = 100_000_000  # bytes of a zip's list of members; reading it takes about ten times that in memory
MOST_MEMBERS = 200_000
LARGEST_MEMBER = 250_000_000  # bytes
LARGEST_RATIO = 25  # an archive may unpack to this many times its own size …
ALWAYS_ALLOWED = 1_000_000_000  # … and to this many bytes in any case
END_OF_ZIP = b"PK\5\6"
END_OF_ZIP64 = b"PK\6\6"
LONGEST_END = 65_536 + 22 + 20 + 56  # bytes of the records at a zip's end, with the longest comment
ENCRYPTED = 1  # a bit of a member's flags
# What operating systems and editors add, and what git keeps for itself.
JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints", ".git", "__pycache__"}


class ArchiveError(UsageError):
    """An archive that cannot be read; the message names the file and what was expected."""


@dataclass(frozen=True)
class Member:
    """One file of an archive."""

    name: PurePosixPath  # relative, without ".."
    size: int  # bytes
    modified: datetime
    read: Callable[[], bytes]  # returns the content; raises ArchiveError


@dataclass(frozen=True)
class Archive:
    """The files of an archive, and the members that were refused, each with a reason."""

    members: list[Member]
    refused: list[str]
    is_cloned: frozenset[str] = frozenset()  # folders, by their path, that are git clones


@contextlib.contextmanager
def open_archive(path: Path, zone: tzinfo) -> Iterator[Archive]:
    """Open a zip file or a folder.

    Args:
        path: The zip file or folder.
        zone: The time zone of the times in a zip, which have none.

    Raises:
        ArchiveError: It is neither, cannot be read, or would take too much room.
    """
    if path.is_dir():
        yield _folder(path)
        return
    try:
        with path.open("rb") as file:
            yield zip_members(file, str(path), zone)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror}.") from None


def zip_members(file: BinaryIO, name: str, zone: tzinfo) -> Archive:
    """Return the members of a zip file; `name` is what messages call it. The file has to stay open."""
    size = file.seek(0, io.SEEK_END)
    _check_directory(file, size, name)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise ArchiveError(f"{name} is not a zip file that can be read ({error}).") from None
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_MEMBERS:
        raise ArchiveError(f"{name} has {len(infos)} members, more than {MOST_MEMBERS}.")
    if (total := sum(info.file_size for info in infos)) > max(ALWAYS_ALLOWED, LARGEST_RATIO * size):
        raise ArchiveError(f"{name} would unpack from {size} to {total} bytes: it may be made to fill the disk.")
    members, refused = [], []
    for info in infos:
        relative, problem = _relative(info.filename), _problem(info)
        if relative is None or problem:
            refused.append(f"{printable(info.filename)}: {problem or 'it leads out of the archive'}")
        elif not _is_junk(relative):
            members.append(Member(relative, info.file_size, _zip_time(info, zone), _reader(archive, info, name)))
    return Archive(members, refused)


def _check_directory(file: BinaryIO, size: int, name: str) -> None:
    """Raise ArchiveError if the list of members is too long to be read, before zipfile reads it whole."""
    file.seek(max(0, size - LONGEST_END))
    end = file.read()
    place, place64 = end.rfind(END_OF_ZIP), end.rfind(END_OF_ZIP64)
    if place < 0 or len(end) < place + 22:
        raise ArchiveError(f"{name} is neither a folder nor a zip file.")
    lengths = [struct.unpack_from("<L", end, place + 12)[0]]
    if place64 >= 0 and len(end) >= place64 + 48:
        lengths.append(struct.unpack_from("<Q", end, place64 + 40)[0])
    if max(length for length in lengths if length != 0xFFFF_FFFF or len(lengths) == 1) > LARGEST_DIRECTORY:
        raise ArchiveError(f"{name} lists more members than can be read (over {LARGEST_DIRECTORY // 1_000_000} MB).")
    file.seek(0)


def _relative(name: str) -> PurePosixPath | None:
    """Return a member's name as a relative path; None if it leads out of the archive."""
    path = PurePosixPath(name.replace("\\", "/"))
    outside = path.is_absolute() or ".." in path.parts or PureWindowsPath(name).drive or not path.parts
    return None if outside else path


def _problem(info: zipfile.ZipInfo) -> str | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "it is a link or a device, not a file"
    if info.flag_bits & ENCRYPTED:
        return "it is encrypted"
    if info.file_size > LARGEST_MEMBER:
        return f"it is {info.file_size} bytes large, more than {LARGEST_MEMBER}"
    return None


def _zip_time(info: zipfile.ZipInfo, zone: tzinfo) -> datetime:
    try:
        return datetime(*info.date_time, tzinfo=zone)
    except ValueError:  # a month 0, say
        return datetime(1980, 1, 1, tzinfo=UTC)


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return archive.read(info)
        except Exception as error:  # zipfile and its decompressors raise many kinds for a broken member
            raise ArchiveError(f"{printable(info.filename)} in {name} is broken ({error}).") from None

    return read


def _is_junk(name: PurePosixPath) -> bool:
    return not JUNK.isdisjoint(name.parts) or name.name.startswith("._")


def _folder(folder: Path) -> Archive:
    """Return the files of an unpacked archive; links are refused, since they may lead to any file."""
    members: list[Member] = []
    refused: list[str] = []
    clones: set[str] = set()
    for path, status in entries(folder):
        name = PurePosixPath(path.relative_to(folder).as_posix())
        if name.name == ".git":
            clones.add(name.parent.as_posix())
        if stat.S_ISDIR(status.st_mode) or _is_junk(name):
            continue
        if len(members) == MOST_MEMBERS:
            raise ArchiveError(f"{folder} has more than {MOST_MEMBERS} files.")
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            refused.append(f"{printable(str(name))}: it is a link or a device, not a file")
        elif status.st_size > LARGEST_MEMBER:
            refused.append(f"{printable(str(name))}: it is {status.st_size} bytes large, more than {LARGEST_MEMBER}")
        else:
            modified = datetime.fromtimestamp(status.st_mtime, UTC)
            members.append(Member(name, status.st_size, modified, path.read_bytes))
    return Archive(members, refused, frozenset(clones))
