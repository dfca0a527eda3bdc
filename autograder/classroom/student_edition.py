"""Student edition: what students get and nothing else, as a folder, a zip, or a commit that they can pull."""

from __future__ import annotations

import fnmatch
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError
from traitlets import Dict, List, Unicode
from traitlets.config import Configurable

from autograder.course import Course
from autograder.errors import CourseError, UsageError
from autograder.regions import hidden_tests, solutions
from autograder.release import contents, release

LISTING = ".student-edition"  # in the edition: the names of its files, so that an update can remove old ones
NEVER = ("*.pyc", "__pycache__", ".ipynb_checkpoints", "*.egg-info", "build", ".git", ".venv", ".DS_Store")
WHEN = (1980, 1, 1, 0, 0, 0)  # the time of all files in a zip, so that the same input gives the same bytes
MESSAGE = "Update the course"


class EditionError(CourseError):
    """The edition cannot be made; the message says why."""


class StudentEdition(Configurable):
    """What belongs to a student edition, besides the released assignments."""

    folders = List(Unicode(), default_value=[], help="Folders of the course that students get as they are.").tag(
        config=True
    )
    files = Dict(help="Files that students get: the name in the course -> the name in the edition.").tag(config=True)
    templates = Dict(
        help="Jinja templates: the name in the course -> the name in the edition. They know `hand_in` and `site` "
        "(a text or None) and `assignments` (a name -> its notebooks). The filter `toml` writes a value as TOML."
    ).tag(config=True)
    exclude = List(
        Unicode(), default_value=[], help="Files in these folders that students do not get; wildcards are allowed."
    ).tag(config=True)


@dataclass(frozen=True)
class Texts:
    """What the instructor says for this edition."""

    hand_in: str | None = None
    site: str | None = None


@dataclass
class Made:
    """What an edition consists of, and what was left out."""

    files: dict[str, bytes] = field(default_factory=dict)  # sorted by name
    left_out: list[str] = field(default_factory=list)  # files that git does not know
    commit: str | None = None  # set if git has a new commit


def collect_edition(course: Course, texts: Texts) -> Made:
    """Return the files of the student edition. Releases are made afresh from the solutions.

    Raises:
        EditionError: the configuration names nothing, a file is missing, or one would tell a solution or a hidden test.
        ReleaseError: nbgrader cannot make a release.
    """
    settings: Any = StudentEdition(config=course.config)
    if not settings.folders and not settings.files:
        raise EditionError(
            "The configuration says nothing of a student edition: set c.StudentEdition.folders and files."
        )
    made, files = Made(), dict[str, bytes]()
    tracked = _tracked(course.root)
    for folder in settings.folders:
        files |= _folder(course, folder, settings.exclude, tracked, made.left_out)
    for source, name in settings.files.items():
        files[name] = _content(course.root / source)
    notebooks = {name: [f"{one}.ipynb" for one in course.notebooks(name)] for name in course.assignments()}
    for name in notebooks:
        files |= _released(course, name)
    variables = {"hand_in": texts.hand_in, "site": texts.site, "assignments": notebooks}
    for source, name in settings.templates.items():
        files[name] = _rendered(course.root / source, variables)
    _check_names(files)
    _check_leaks(course, files)
    files[LISTING] = "".join(f"{name}\n" for name in sorted(files)).encode()
    made.files = dict(sorted(files.items()))
    return made


def write_folder(made: Made, folder: Path) -> None:
    """Write an edition into a folder, and remove what only an earlier edition had. Other files there stay.

    Raises:
        UsageError: the folder has files and no edition in it.
    """
    listing = folder / LISTING
    earlier = listing.read_text(encoding="utf-8").splitlines() if listing.is_file() else []
    if not earlier and folder.exists() and any(path.name != ".git" for path in folder.iterdir()):
        raise UsageError(f"{folder} is not empty and holds no student edition: choose a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    # If this is interrupted, the next run knows what may be here.
    listing.write_text("".join(f"{name}\n" for name in sorted({*earlier, *made.files})), encoding="utf-8")
    for name, content in made.files.items():
        if name != LISTING:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    for name in earlier:
        path = PurePosixPath(name)
        if name not in made.files and not path.is_absolute() and ".." not in path.parts:
            (folder / name).unlink(missing_ok=True)
    listing.write_bytes(made.files[LISTING])


def write_zip(made: Made, path: Path, top: str) -> None:
    """Write an edition as a zip whose files lie in the folder `top`; the same edition gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(scratch, "w") as archive:
            for name, content in made.files.items():
                entry = zipfile.ZipInfo(f"{top}/{name}", WHEN)
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def commit(made: Made, folder: Path) -> str | None:
    """Write an edition into a git folder and commit it; return the commit, or None if nothing has changed.

    Students pull these commits: history is only added to.

    Raises:
        EditionError: git refuses.
        UsageError: the folder has files and no edition in it.
    """
    if shutil.which("git") is None:
        raise EditionError("There is no git on this machine: install it, or leave out --git.")
    write_folder(made, folder)
    if not (folder / ".git").exists():
        _git(folder, "init", "--quiet", "--initial-branch=main")
    names = "\0".join(made.files)
    _git(folder, "add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul", text=names)
    gone = [name for name in _git(folder, "ls-files", "-z", "--deleted").split("\0") if name]
    if gone:
        _git(folder, "rm", "--quiet", "--cached", "--pathspec-from-file=-", "--pathspec-file-nul", text="\0".join(gone))
    if not _git(folder, "diff", "--cached", "--name-only") and _git(folder, "rev-list", "--all", "-n1"):
        return None
    _git(folder, "commit", "--quiet", "-m", MESSAGE)
    return _git(folder, "rev-parse", "--short", "HEAD").strip()


def _git(folder: Path, *words: str, text: str = "") -> str:
    result = subprocess.run(
        ["git", "-c", "core.autocrlf=false", *words],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    if result.returncode:
        lines = (result.stderr or result.stdout).strip().splitlines() or ["no reason given"]
        reason = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1])
        raise EditionError(
            f"git {words[0]} in {folder} failed ({reason}): correct that, and run the same command again."
        )
    return result.stdout


def _tracked(root: Path) -> set[str] | None:
    """Return the names of the files that git knows in a course folder, None if it is no checkout."""
    if shutil.which("git") is None or not (root / ".git").exists():
        return None
    return set(_git(root, "ls-files", "-z").split("\0"))


def _folder(
    course: Course, folder: str, exclude: list[str], tracked: set[str] | None, left_out: list[str]
) -> dict[str, bytes]:
    """Return the files of one folder, without what is made by tools, excluded, or unknown to git."""
    top = (course.root / folder).resolve()
    source = Path(course.root, course.directory.source_directory).resolve()
    if not top.is_dir() or not top.is_relative_to(course.root):
        raise EditionError(f"c.StudentEdition.folders names {folder!r}, which is no folder of the course.")
    if source.is_relative_to(top) or top.is_relative_to(source):
        raise EditionError(f"c.StudentEdition.folders names {folder!r}, which holds the solutions.")
    files = {}
    for path in sorted(top.rglob("*")):
        name = path.relative_to(course.root).as_posix()
        parts = path.relative_to(top).parts
        if (
            not path.is_file()
            or path.is_symlink()
            or any(fnmatch.fnmatch(part, one) for part in parts for one in NEVER)
        ):
            continue
        if any(fnmatch.fnmatch(name, one) for one in exclude):
            continue
        if tracked is not None and name not in tracked:
            left_out.append(name)
            continue
        files[name] = path.read_bytes()
    return files


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise EditionError(f"c.StudentEdition names {path}, which is no file: correct the configuration.")
    return path.read_bytes()


def _released(course: Course, name: str) -> dict[str, bytes]:
    """Return the files of a fresh release, below the name of the release folder."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = contents(release(course.scratch(Path(folder), name), name))
    place = PurePosixPath(Path(course.directory.release_directory).name)
    return {(place / name / one).as_posix(): content for one, content in fresh.items()}


def _rendered(path: Path, variables: Mapping[str, object]) -> bytes:
    """Return a template's text with its variables filled in."""
    environment = Environment(
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=StrictUndefined, autoescape=False
    )
    environment.filters["toml"] = lambda value: json.dumps(value, ensure_ascii=False)
    try:
        return environment.from_string(_content(path).decode("utf-8")).render(**variables).encode()
    except (TemplateError, UnicodeDecodeError) as error:
        raise EditionError(f"The template {path} is wrong ({error}): correct it.") from error


def _check_names(files: Mapping[str, bytes]) -> None:
    for name in files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or path.parts[0] == ".git":
            raise EditionError(f"c.StudentEdition names {name!r}, which is no place in an edition.")


def _check_leaks(course: Course, files: Mapping[str, bytes]) -> None:
    """Refuse an edition in which a solution or a hidden test stands.

    Raises:
        EditionError: a file has a delimiter of such a region.
    """
    signs = [sign for region in (solutions(course.config), hidden_tests(course.config)) for sign in (region.begin,)]
    for name, content in files.items():
        for sign in signs:
            if sign.encode() in content:
                raise EditionError(f"{name} has {sign!r} in it, so it would tell students what they must not see.")
