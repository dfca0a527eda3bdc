"""Submission: what a student handed in as data, read from its folder, repaired, and named by a hash."""

from __future__ import annotations

import functools
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
from autograder.files import MOST_BYTES, MOST_ENTRIES, other_files, plain_files
from autograder.gradebook import MISSING
from autograder.harmless import listed
from autograder.submissions.intake import NO_TIME, TIMESTAMP, BadSubmission, as_text, read_submitted_notebook, read_time
from autograder.submissions.repair import Repaired, Source, repair
from autograder.submissions.strays import remarks

UNTOUCHED = "What is graded is as released: the work may be in what is not graded."


@dataclass(frozen=True)
class Submission:
    """What a student handed in for an assignment, as it is graded."""

    notebooks: Mapping[str, str]  # name -> the notebook to execute, as JSON
    missing: frozenset[str]  # names of the assignment's notebooks that were not handed in
    files: Mapping[str, bytes]  # relative name -> content of the files next to the notebooks; the assignment's own win
    submitted: datetime | None  # the time in timestamp.txt, in UTC; None if there is none that can be read
    remarks: Sequence[str] = ()  # for the instructor: a notebook is missing, a file is not graded

    @functools.cached_property
    def files_hash(self) -> str:
        """A hash of the names and contents of the files next to the notebooks."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(os.fsencode(f"{name}\0{len(content)}\0") + content)
        return digest.hexdigest()


def given_files(converter: Autograde, assignment: str) -> dict[str, bytes]:
    """Return name -> content of the assignment's files, except those that `exclude_overwriting` leaves to students."""
    course = converter.coursedir
    source = step_folder(course, "source", assignment)
    students_own = {Path(name).as_posix() for name in converter.exclude_overwriting.get(assignment, [])}
    files = plain_files(source, course.ignore)
    return {name: content for name, content in files.items() if name not in students_own}


def read_submission_folder(
    folder: Path, sources: Mapping[str, Source], given: Mapping[str, bytes], ignore: Sequence[str]
) -> Submission:
    """Return the submission in a folder, repaired.

    Args:
        folder: what the student handed in.
        sources: the assignment's notebooks by name.
        given: the files that come with the assignment, name -> content. They win over the student's.
        ignore: patterns of names that are nobody's work.

    Raises:
        BadSubmission: the submission cannot be graded.
    """
    try:
        missing = missing_notebooks(folder, sources)
        if len(missing) == len(sources):
            read_submitted_notebook(folder / f"{min(missing)}.ipynb")  # its error says what the folder holds instead
        repaired = {
            name: _read_and_repair(folder / f"{name}.ipynb", source)
            for name, source in sources.items()
            if name not in missing
        }
        files = plain_files(folder, ignore, hard_links=False)
        file_remarks = remarks(folder, sources, given)
        if file_remarks and all(one.untouched for one in repaired.values()):
            file_remarks.append(UNTOUCHED)
        file_remarks += _remarks_on_other_files(folder, files, ignore)
    except OSError as error:  # no right to read it, or removed in the meantime
        raise BadSubmission(f"{error.filename or folder} cannot be read: {error.strerror}.") from None
    submitted = read_time(folder / TIMESTAMP)
    if submitted is None and os.path.lexists(folder / TIMESTAMP):
        file_remarks.append(NO_TIME)
    # One unreadable time would stop nbgrader's feedback for the whole class.
    files = without_clashes([TIMESTAMP], files) | ({TIMESTAMP: as_text(submitted).encode()} if submitted else {})
    notebooks = {name: json.dumps(one.notebook, sort_keys=True) for name, one in repaired.items()}
    notebook_remarks = [MISSING.format(name) for name in sorted(missing)]
    notebook_remarks += [remark for one in repaired.values() for remark in one.remarks]
    files = without_clashes(given, files) | dict(given)
    return Submission(notebooks, missing, files, submitted, [*notebook_remarks, *file_remarks])


def _remarks_on_other_files(folder: Path, files: Collection[str], ignore: Sequence[str]) -> list[str]:
    names = [name for name in other_files(folder, files, ignore) if name.partition("/")[0] != TIMESTAMP]
    most = f"only plain files are, at most {MOST_ENTRIES} of {MOST_BYTES // 1_000_000} MB together"
    return [f"Not taken over: {listed(names)} ({most})."] if names else []


def missing_notebooks(folder: Path, notebooks: Iterable[str]) -> frozenset[str]:
    """Return the names of an assignment's notebooks that are missing in a submission's folder."""
    return frozenset(name for name in notebooks if not os.path.lexists(folder / f"{name}.ipynb"))


def without_clashes(taken: Iterable[str], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that can lie in a folder next to those of the names `taken`.

    A file clashes if a taken file or its folder has its name, or if a taken file has the name of its folder.
    """
    names = {PurePosixPath(name) for name in taken}
    places = names.union(*(name.parents for name in names))
    paths = {PurePosixPath(name): content for name, content in files.items()}
    return {str(p): content for p, content in paths.items() if p not in places and names.isdisjoint(p.parents)}


def _read_and_repair(path: Path, source: Source) -> Repaired:
    repaired = repair(read_submitted_notebook(path), source, path.name)
    if not repaired.recognised:
        raise BadSubmission(f"{path} holds none of the cells of the assignment's {path.stem}: another notebook?")
    return repaired
