"""Systems: how each learning management system names the files that students handed in.

The formats were read in the systems' sources and documentation in November 2026: Moodle's mod/assign/classes/
downloader.php, Canvas' lib/content_zipper.rb, and public tools that work on downloads of the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import PurePosixPath
from typing import Any

import yaml

from autograder.classroom.archives import Archive, ArchiveError, Member
from autograder.errors import UsageError
from autograder.harmless import printable

MAJORITY = 0.5  # of the members have to fit a system's names for the system to be recognised
METADATA = "submission_metadata.yml"  # Gradescope's list of who handed in what
LARGEST_METADATA = 50_000_000  # bytes
TIMES = "%Y-%m-%d-%H-%M-%S", "%b %d, %Y %I%M %p"  # Blackboard's, Brightspace's


@dataclass(frozen=True)
class Person:
    """Who handed something in, as a system names them."""

    system: str
    key: str  # what the system knows them by: a number or a login
    name: str | None = None
    email: str | None = None
    is_login: bool = False  # whether `key` can serve as a student's id


@dataclass(frozen=True)
class Piece:
    """One file that somebody handed in."""

    person: Person
    attempt: str  # tells the attempts of one person apart
    handed_in: datetime
    late: bool  # by the system's own marker
    name: PurePosixPath  # the file's own name
    member: Member


@dataclass(frozen=True)
class System:
    """How a system names what it hands out."""

    expression: re.Pattern[str]  # of a member's name; groups: name, key, login, when, late, attempt, file
    ignored: re.Pattern[str] | None = None  # members that are the system's own


SYSTEMS = {
    "moodle": System(
        re.compile(
            r"(?P<name>[^_/]+)_(?P<key>\d+)_(?:assignsubmission|assignfeedback)_(?:file|onlinetext)(?:_?/|_)(?P<file>.+)"
        )
    ),
    "canvas": System(
        re.compile(
            r"(?:LATE_(?=anon))?(?:anon_(?P<login>[^_/]+)|(?P<name>[^_/]+?)(?P<late>_LATE)?_(?P<key>\d+))"
            r"_(?P<attachment>\d+)_(?P<file>[^/]+)"
        )
    ),
    "blackboard": System(
        re.compile(r"(?P<assignment>[^/]+)_(?P<login>[^_/]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})_(?P<file>[^/]+)"),
        re.compile(r"[^/]+_attempt_\d{4}(?:-\d\d){5}\.txt"),
    ),
    "brightspace": System(
        re.compile(
            r"(?P<attempt>(?P<key>\d+(?:-\d+)?) ?- (?P<name>[^/]+?) ?- "
            r"(?P<when>[A-Z][a-z]{2} \d{1,2}, \d{4} \d{3,4} [AP]M))/(?P<file>.+)"
        ),
        re.compile(r"index\.html"),
    ),
    "ilias": System(
        re.compile(r"(?P<last>[^_/]+)_(?P<first>[^_/]+)_(?P<login>[^/]+?)_(?P<number>\d+)/(?P<file>.+)"),
    ),
}
OTHERS = "gradescope", "git", "folder"
NAMES = *SYSTEMS, *OTHERS


def recognise(archive: Archive) -> str:
    """Return the name of the system that an archive comes from: the one whose names most of its members have."""
    if any(member.name.name == METADATA for member in archive.members):
        return "gradescope"
    if archive.is_cloned:
        return "git"
    names = [name for name, _ in _names(archive)]
    fitting = Counter({name: sum(_fits(system, path) for path in names) for name, system in SYSTEMS.items()})
    (best, count), *_ = fitting.most_common(1)
    return best if names and count > MAJORITY * len(names) else "folder"


def _fits(system: System, name: str) -> bool:
    return bool(system.expression.fullmatch(name) or (system.ignored and system.ignored.fullmatch(name)))


def pieces_of(archive: Archive, system: str, assignment: str, zone: tzinfo) -> tuple[list[Piece], list[str]]:
    """Return the files that students handed in, and the members whose names follow no rule of the system.

    Args:
        archive: What was downloaded.
        system: One of NAMES.
        assignment: The assignment's name, which some systems put into names.
        zone: The time zone of times that have none.

    Raises:
        UsageError: There is no such system.
    """
    if system not in NAMES:
        raise UsageError(f"There is no learning management system {system!r}: choose one of {', '.join(NAMES)}.")
    if system in SYSTEMS:
        return _by_name(archive, system, assignment, zone)
    readers: dict[str, Callable[[Archive, str], tuple[list[Piece], list[str]]]] = {
        "gradescope": _gradescope,
        "git": _git,
        "folder": _folders,
    }
    return readers[system](archive, assignment)


def _names(archive: Archive) -> list[tuple[str, Member]]:
    """Return members with their names below the folder that holds everything, if there is one.

    Such a folder holds at least two others; a lone folder may be a student's.
    """
    named = [member.name.parts for member in archive.members]
    tops = {parts[0] for parts in named}
    below = {parts[1] for parts in named if len(parts) > 2}
    system_folder = any(system.expression.fullmatch(f"{top}/x") for top in tops for system in SYSTEMS.values())
    flat = all(len(parts) == 2 for parts in named) and any(_fits_any(parts[-1]) for parts in named)
    wrapped = len(tops) == 1 and not system_folder and (flat or len(below) > 1) and all(len(p) > 1 for p in named)
    return [(PurePosixPath(*member.name.parts[wrapped:]).as_posix(), member) for member in archive.members]


def _fits_any(name: str) -> bool:
    return any(_fits(system, name) for system in SYSTEMS.values())


def _by_name(archive: Archive, system: str, assignment: str, zone: tzinfo) -> tuple[list[Piece], list[str]]:
    pieces, unfitting = [], []
    rules = SYSTEMS[system]
    for name, member in _names(archive):
        if match := rules.expression.fullmatch(name):
            pieces.append(_piece(match, system, assignment, member, zone))
        elif not (rules.ignored and rules.ignored.fullmatch(name)):
            unfitting.append(printable(member.name.as_posix()))
    return pieces, unfitting


def _piece(match: re.Match[str], system: str, assignment: str, member: Member, zone: tzinfo) -> Piece:
    groups = match.groupdict()
    login, when = groups.get("login"), groups.get("when")
    key = login or groups["key"]
    if system == "moodle":
        key = f"{assignment}:{key}"  # Moodle numbers participants anew for each assignment
    name = groups.get("name") or " ".join(filter(None, (groups.get("first"), groups.get("last")))) or None
    handed_in = read_stamp(when, zone) if when else None
    late = bool(groups.get("late")) or match[0].startswith("LATE_")
    attempt = groups.get("attempt") or when or ""
    person = Person(system, key, name, is_login=bool(login))
    return Piece(person, attempt, handed_in or member.modified, late, PurePosixPath(groups["file"]), member)


def read_stamp(text: str, zone: tzinfo) -> datetime | None:
    """Return the time that a system wrote into a name; None if it is none."""
    text = re.sub(r" (\d)(\d\d) ([AP]M)$", r" 0\1\2 \3", text)
    for shape in TIMES:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=zone)
        except ValueError:
            continue
    return None


def _gradescope(archive: Archive, assignment: str) -> tuple[list[Piece], list[str]]:
    """Read a Gradescope export: a folder per submission, and a YAML file that says whose each is."""
    listing = min(
        (member for member in archive.members if member.name.name == METADATA), key=lambda m: len(m.name.parts)
    )
    root = listing.name.parent
    entries = _metadata(listing)
    pieces, unfitting = [], []
    for member in archive.members:
        if member is listing or not member.name.is_relative_to(root):
            continue
        folder, *rest = member.name.relative_to(root).parts
        entry = entries.get(folder) if rest else None
        persons = _submitters(entry) if entry else []
        if not persons:
            unfitting.append(printable(member.name.as_posix()))
        for person in persons:
            created = (entry or {}).get("created_at")
            handed_in = created if isinstance(created, datetime) and created.tzinfo else member.modified
            pieces.append(Piece(person, folder, handed_in, False, PurePosixPath(*rest), member))
    return pieces, unfitting


def _metadata(listing: Member) -> dict[str, dict[str, Any]]:
    """Return Gradescope's list, without the colon that Ruby puts before a name."""
    if listing.size > LARGEST_METADATA:
        raise ArchiveError(f"{listing.name} is {listing.size} bytes large, more than {LARGEST_METADATA}.")
    try:
        loaded = yaml.load(listing.read(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ArchiveError(f"{listing.name} is not Gradescope's list of submissions: it is no YAML.") from None
    if not isinstance(loaded, dict):
        raise ArchiveError(f"{listing.name} is not Gradescope's list of submissions.")
    return {str(name): _without_colons(entry) for name, entry in loaded.items() if isinstance(entry, dict)}


def _without_colons(entry: dict[Any, Any]) -> dict[str, Any]:
    return {str(name).removeprefix(":"): value for name, value in entry.items()}


def _submitters(entry: dict[str, Any]) -> list[Person]:
    listed = entry.get("submitters")
    submitters = [_without_colons(one) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    persons = []
    for one in submitters:
        name, email, sid = (str(one[field]) if one.get(field) else None for field in ("name", "email", "sid"))
        if key := sid or email:
            persons.append(Person("gradescope", key, name, email, is_login=True))
    return persons


def _git(archive: Archive, assignment: str) -> tuple[list[Piece], list[str]]:
    """Read clones named `<assignment>-<login>`: the login follows what the names of all clones begin with."""
    folders = [PurePosixPath(name) for name in sorted(archive.is_cloned) if name != "."]
    prefix = _common_prefix([folder.name for folder in folders], assignment)
    logins = {folder: folder.name.removeprefix(prefix) for folder in folders}
    pieces, unfitting = [], []
    for member in archive.members:
        folder = next((folder for folder in folders if member.name.is_relative_to(folder)), None)
        if folder is None:
            unfitting.append(printable(member.name.as_posix()))
        else:
            person = Person("git", logins[folder], is_login=True)
            pieces.append(Piece(person, "", member.modified, False, member.name.relative_to(folder), member))
    return pieces, unfitting


def _common_prefix(names: Sequence[str], assignment: str) -> str:
    """Return what all names begin with, up to a hyphen; of one name, what it has of the assignment's."""
    start = f"{assignment}-"
    if len(names) == 1 or all(name.startswith(start) for name in names):
        return start if names[0].startswith(start) else ""
    shared = ""
    for letters in zip(*names, strict=False):
        if len(set(letters)) > 1:
            break
        shared += letters[0]
    return shared[: shared.rfind("-") + 1]


def _folders(archive: Archive, assignment: str) -> tuple[list[Piece], list[str]]:
    """Read a folder per student, named by the student's id; below it may stand one with the assignment's name."""
    pieces, unfitting = [], []
    for name, member in _names(archive):
        parts = PurePosixPath(name).parts
        if len(parts) < 2:
            unfitting.append(printable(member.name.as_posix()))
            continue
        student, *rest = parts
        rest = rest[1:] if rest[0] == assignment and len(rest) > 1 else rest
        person = Person("folder", student, is_login=True)
        pieces.append(Piece(person, "", member.modified, False, PurePosixPath(*rest), member))
    return pieces, unfitting
