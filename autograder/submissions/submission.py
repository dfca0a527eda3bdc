"""A submission as data: read from its folder, repaired, and named by a hash."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

import autograder.skip_rfc3987  # noqa: F401  # before all that imports jsonschema

# isort: split
from nbgrader.converters import Autograde

from autograder.course import step_folder
from autograder.files import MOST_ENTRIES, other_files, plain_files
from autograder.gradebook import MISSING
from autograder.harmless import listed
from autograder.submissions.intake import NO_TIME, TIMESTAMP, BadSubmission, as_text, read_submission, read_time
from autograder.submissions.repair import Repaired, Source, repair
from autograder.submissions.strays import remarks

MOST = 50_000_000  # bytes of what lies beside the notebooks
UNTOUCHED = "What is graded is as released: the work may be in what is not graded."


@dataclass(frozen=True)
class Submission:
    """What a student handed in for an assignment, as it is graded."""

    notebooks: Mapping[str, str]  # name -> the notebook to execute, as JSON
    missing: frozenset[str]  # names of the assignment's notebooks that were not handed in
    files: Mapping[str, bytes]  # relative name -> content of what lies beside them; the assignment's own come first
    submitted: datetime | None  # when, in UTC, as timestamp.txt says
    remarks: Sequence[str] = ()  # what is to be said of it: a notebook that is missing, a file that is not graded

    def key(self, *decided_by: str) -> str:
        """Return a hash of what is executed and of what else decides what comes of it."""
        digest = hashlib.sha256(json.dumps([*decided_by, sorted(self.notebooks.items())]).encode())
        for name, content in sorted(self.files.items()):
            digest.update(os.fsencode(f"{name}\0{len(content)}\0") + content)
        return digest.hexdigest()


def given_files(converter: Autograde, assignment: str) -> dict[str, bytes]:
    """Return the files that come with an assignment and go in the place of a student's, as nbgrader is configured."""
    course = converter.coursedir
    source = step_folder(course, "source", assignment)
    students_own = {Path(name).as_posix() for name in converter.exclude_overwriting.get(assignment, [])}
    files = plain_files(source, MOST, course.ignore)
    return {name: content for name, content in files.items() if name not in students_own}


def read(folder: Path, sources: Mapping[str, Source], given: Mapping[str, bytes], ignore: Sequence[str]) -> Submission:
    """Return the submission in `folder`; BadSubmission where it cannot be graded.

    `sources` has the assignment's notebooks by name, `given` the files that come with them, and `ignore` holds
    patterns of names that are nobody's work.
    """
    try:
        missing = not_handed_in(folder, sources)
        if len(missing) == len(sources):
            read_submission(folder / f"{min(missing)}.ipynb")  # which says what is there instead
        there = {name: source for name, source in sources.items() if name not in missing}
        repaired = {name: _repaired(folder / f"{name}.ipynb", source) for name, source in there.items()}
        files = plain_files(folder, MOST, ignore, hard_links=False)
        told = remarks(folder, sources, given)
        if told and all(one.untouched for one in repaired.values()):
            told.append(UNTOUCHED)
        told += _not_taken(folder, files, ignore)
    except OSError as error:  # no right to read it, or gone in the meantime
        raise BadSubmission(f"{error.filename or folder} cannot be read: {error.strerror}.") from None
    submitted = read_time(folder / TIMESTAMP)
    if submitted is None and os.path.lexists(folder / TIMESTAMP):
        told.append(NO_TIME)
    # nbgrader would give up on the feedback of all if it cannot read a time.
    files = beside([TIMESTAMP], files) | ({TIMESTAMP: as_text(submitted).encode()} if submitted else {})
    notebooks = {name: json.dumps(one.notebook, sort_keys=True) for name, one in repaired.items()}
    absent = [MISSING.format(name) for name in sorted(missing)]
    repairs = [remark for one in repaired.values() for remark in one.remarks]
    return Submission(notebooks, missing, beside(given, files) | dict(given), submitted, [*absent, *repairs, *told])


def _not_taken(folder: Path, files: Collection[str], ignore: Sequence[str]) -> list[str]:
    names = [name for name in other_files(folder, files, ignore) if name.partition("/")[0] != TIMESTAMP]
    most = f"only plain files are, at most {MOST_ENTRIES} of {MOST // 1_000_000} MB together"
    return [f"Not taken over: {listed(names)} ({most})."] if names else []


def not_handed_in(folder: Path, notebooks: Iterable[str]) -> frozenset[str]:
    """Return the names of an assignment's notebooks that a submission's folder does not hold."""
    return frozenset(name for name in notebooks if not os.path.lexists(folder / f"{name}.ipynb"))


def beside(taken: Iterable[str], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that can lie beside those of the names `taken`: not in a file's place, nor in a folder's."""
    names = {PurePosixPath(name) for name in taken}
    places = names.union(*(name.parents for name in names))
    paths = {PurePosixPath(name): content for name, content in files.items()}
    return {str(p): content for p, content in paths.items() if p not in places and names.isdisjoint(p.parents)}


def _repaired(path: Path, source: Source) -> Repaired:
    repaired = repair(read_submission(path), source, path.name)
    if not repaired.recognised:
        raise BadSubmission(f"{path} holds none of the cells of the assignment's {path.stem}: another notebook?")
    return repaired
