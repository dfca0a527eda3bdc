"""Handed in: the files of one attempt, with notebooks under the names that the assignment gives them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import PurePosixPath

from autograder.classroom.archives import ArchiveError, Member, zip_members
from autograder.classroom.systems import Piece
from autograder.harmless import printable
from autograder.submissions.strays import COPY, NOTEBOOK

MOST = 300_000_000  # bytes of one attempt
MOST_FILES = 1000
# What Canvas and browsers put at the end of a name, besides what COPY has; "forward-propagation-1".
NUMBER = re.compile(r"[ _-]\d{1,2}$")


@dataclass
class Attempt:
    """What one student handed in at one time."""

    handed_in: datetime
    late: bool
    source: str  # the archive that it comes from
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class Files:
    """An attempt's files as they are put into a submission's folder."""

    contents: dict[str, bytes]
    remarks: list[str]


def files_of(attempt: Attempt, notebooks: Collection[str], grade_ids: Collection[str], zone: tzinfo) -> Files:
    """Return an attempt's files by the names that grading looks for.

    Args:
        attempt: What was handed in; a zip in it is unpacked if there is no notebook next to it.
        notebooks: The names of the assignment's notebooks, without their ending.
        grade_ids: The grade ids of the assignment's cells: a lone notebook of any name that has one of them is taken.
        zone: The time zone of times in zips.
    """
    remarks: list[str] = []
    members = [(piece.name, piece.member) for piece in attempt.pieces]
    if not any(_is_notebook(name) for name, _ in members):
        members = list(_unpacked(members, zone, remarks))
    contents = _read(members, remarks)
    return _renamed(contents, notebooks, grade_ids, remarks)


def _is_notebook(name: PurePosixPath) -> bool:
    return bool(NOTEBOOK.search(name.name))


def _unpacked(
    members: Iterable[tuple[PurePosixPath, Member]], zone: tzinfo, remarks: list[str]
) -> Iterable[tuple[PurePosixPath, Member]]:
    for name, member in members:
        if name.suffix.lower() != ".zip":
            yield name, member
            continue
        try:
            archive = zip_members(io.BytesIO(member.read()), printable(name.name), zone)
        except ArchiveError as error:
            remarks.append(str(error))
            yield name, member
            continue
        remarks.append(f"{printable(name.name)} was unpacked.")
        remarks += [f"Not taken from it: {reason}." for reason in archive.refused]
        for inner in archive.members:
            yield inner.name, inner


def _read(members: Iterable[tuple[PurePosixPath, Member]], remarks: list[str]) -> dict[str, bytes]:
    """Return the contents by name, within bounds; of two names that differ only by case the first counts."""
    contents: dict[str, bytes] = {}
    taken: set[str] = set()
    room = MOST
    for name, member in members:
        text = name.as_posix()
        if text.casefold() in taken or text != printable(text):
            remarks.append(f"Not taken: {printable(text)} (another file has that name, or it cannot be a name here).")
        elif member.size > room or len(contents) == MOST_FILES:
            remarks.append(f"Not taken: {text} (at most {MOST_FILES} files of {MOST // 1_000_000} MB together).")
        else:
            try:
                contents[text] = member.read()
            except (ArchiveError, OSError) as error:
                remarks.append(f"Not taken: {text} ({error}).")
                continue
            room -= member.size
            taken.add(text.casefold())
    return contents


def _renamed(
    contents: dict[str, bytes], notebooks: Collection[str], grade_ids: Collection[str], remarks: list[str]
) -> Files:
    """Put notebooks under the names that grading looks for, if there is one sensible reading."""
    names = dict.fromkeys(contents, "")
    for notebook in notebooks:
        wanted = f"{notebook}.ipynb"
        if wanted in contents:
            continue
        candidates = [name for name in contents if _is_notebook(PurePosixPath(name)) and _stem(name) == _key(notebook)]
        lone = [name for name in contents if _is_notebook(PurePosixPath(name))]
        if not candidates and len(notebooks) == len(lone) == 1 and _has_cells(contents[lone[0]], grade_ids):
            candidates = lone
        if len(candidates) == 1:
            names[candidates[0]] = wanted
            remarks.append(f"{candidates[0]} was taken as {wanted}.")
        elif candidates:
            remarks.append(f"{', '.join(candidates)}: any of them could be {wanted}; keep one and collect again.")
    return Files({names[name] or name: content for name, content in contents.items()}, remarks)


def _stem(name: str) -> str:
    """Return the name that a notebook had before systems and browsers changed it."""
    stem = NOTEBOOK.split(PurePosixPath(name).name)[0]
    return _key(NUMBER.sub("", COPY.sub("", stem)))


def _key(stem: str) -> str:
    """Return a notebook's name as it is compared: a name that ends in a number itself loses it likewise."""
    return NUMBER.sub("", stem).casefold().replace(" ", "-").replace("_", "-")


def _has_cells(content: bytes, grade_ids: Collection[str]) -> bool:
    try:
        cells = json.loads(content)["cells"]
        ids_found = {cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return not ids_found.isdisjoint(grade_ids)
