"""Reader: nbgrader's own autograde takes a submission over as what it is, anybody's bytes, and forgets no older grade.

`autograder grade` reads submissions by `submission.read` instead, which follows the same rules.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde

from autograder.errors import CourseError, MachineError, is_the_machines
from autograder.files import entries, remove_tree, write_atomically
from autograder.gradebook import MISSING, OneGradebook, Snapshot, database_errors, id_problem
from autograder.grading.entering import record_problem
from autograder.grading.problem_page import write_problem_pages
from autograder.grading.rehearsal import RehearsalError, rehearse
from autograder.harmless import printable
from autograder.judging.reference import read_solution
from autograder.submissions.intake import (
    NO_TIME,
    TIMESTAMP,
    BadSubmission,
    as_text,
    check_folder,
    read_submission,
    read_time,
)
from autograder.submissions.repair import read_source
from autograder.submissions.strays import remarks
from autograder.submissions.submission import given_files, not_handed_in

PRINTABLE = re.compile(rb"[\s -~]*")  # ASCII
UNFINISHED = "grading it did not come to an end."


class SubmissionReader(NotebookExporter):  # type: ignore[misc]  # nbconvert carries no types
    """The exporter that nbgrader reads submissions with, in place of one that believes them."""

    snapshot: Snapshot | None = None  # what the gradebook said of the submission that is being graded

    def __init__(self, **kw: Any) -> None:
        """Try the solution, then take out of the submissions what harms, before nbgrader looks at their timestamps."""
        super().__init__(**kw)
        if not isinstance(self.parent, Autograde):
            return
        with self._stopping():
            self._rehearse()
        course, assignment = self.parent.coursedir, self.parent.coursedir.assignment_id
        given = given_files(self.parent, assignment)
        source = Path(course.format_path(course.source_directory, ".", assignment))
        sources = [path.stem for path in source.glob("*.ipynb")]
        for folder, notebooks in list(self.parent.assignments.items()):
            where = self._where(notebooks)
            if why := id_problem(where["student"]):
                self.log.error(why)
                del self.parent.assignments[folder]
                continue
            try:
                for remark in [*set_aside(Path(folder), given), *remarks(Path(folder), sources, given)]:
                    self.log.warning("%s: %s", folder, printable(remark))
            except BadSubmission as problem:
                self.log.error(str(problem))
                with self._stopping():
                    self._record(where, str(problem))
                    self._tell(where, str(problem))
                del self.parent.assignments[folder]
        self.parent.pre_convert_hook = functools.partial(self.begin, self.parent.pre_convert_hook)
        for name in ("init_assignment", "write_single_notebook"):
            setattr(self.parent, name, self._stopping()(getattr(self.parent, name)))

    def _rehearse(self) -> None:
        """Have the solution earn all points; CourseError unless it does."""
        course, assignment = self.parent.coursedir, self.parent.coursedir.assignment_id
        folder = Path(course.format_path(course.source_directory, ".", assignment))
        sources = {}
        with OneGradebook(course.db_url, course.course_id) as gradebook:
            for path in sorted(folder.glob("*.ipynb")):
                read_solution(path)  # whose error names the file
                with contextlib.suppress(MissingEntry):  # nbgrader says which
                    sources[path.stem] = read_source(gradebook, assignment, path.stem, path, self.config)
        try:
            rehearse(self.config, assignment, sources)
        except RehearsalError as problem:
            advice = f"if the source is newer than its release, run `nbgrader generate_assignment {assignment}` first"
            raise RehearsalError(f"{str(problem).rstrip('.')}; {advice}.") from problem

    def begin(self, hook: Callable[..., None] | None, notebooks: list[str], **known: str) -> None:
        """Enter that there is no grade yet: whatever stops nbgrader after this, an older one has not stayed.

        nbgrader calls this before it copies a submission. `hook` is the course's own, and gets what nbgrader passes.
        """
        course, where, folder = self.parent.coursedir, self._where(notebooks), Path(notebooks[0]).parent
        source = Path(course.format_path(course.source_directory, ".", where["assignment"]))
        missing = not_handed_in(folder, (path.stem for path in source.glob(f"{course.notebook_id}.ipynb")))
        reasons = {Path(notebook).stem: UNFINISHED for notebook in notebooks}
        with self._stopping():
            self.snapshot = None  # that of the student before
            with OneGradebook(where["db_url"], course.course_id) as gradebook, gradebook.transaction():
                self.snapshot = Snapshot(gradebook, where["assignment"], where["student"])
            self._record(where, reasons | {name: MISSING.format(name) for name in missing})
            remove_tree(Path(course.format_path(course.feedback_directory, where["student"], where["assignment"])))
        if hook is not None:
            hook(notebooks=notebooks, **known)

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Read a submission; where that cannot be, the gradebook says so before the error is passed on."""
        with self._stopping():
            if resources is None or not getattr(self.parent, "_sanitizing", False):
                result: tuple[str, dict[str, Any]] = super().from_filename(filename, resources, **kw)
                return result
            path = Path(filename)
            try:
                nb = read_submission(path)
            except BadSubmission as problem:
                self._record(resources["nbgrader"], str(problem))
                self._tell(resources["nbgrader"], str(problem))
                raise
            resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
            return self.from_notebook_node(nb, resources, **kw)  # type: ignore[no-any-return]  # nbconvert's

    def _where(self, notebooks: list[str]) -> dict[str, Any]:
        """Return whose submission some notebooks are, and where the gradebook is."""
        found: dict[str, Any] = self.parent.init_single_notebook_resources(notebooks[0])["nbgrader"]
        return found

    def _tell(self, where: dict[str, Any], why: str) -> None:
        """Give the student a page that says why nothing could be graded."""
        course, names = self.parent.coursedir, (where["student"], where["assignment"])
        source = Path(course.format_path(course.source_directory, ".", where["assignment"]))
        feedback, submitted = (
            Path(course.format_path(folder, *names))
            for folder in (course.feedback_directory, course.submitted_directory)
        )
        remove_tree(feedback)
        write_problem_pages(feedback, submitted, [path.stem for path in source.glob("*.ipynb")], why)

    def _record(self, where: dict[str, Any], why: str | Mapping[str, str]) -> None:
        course_id = self.parent.coursedir.course_id
        with (
            OneGradebook(where["db_url"], course_id) as gradebook,
            contextlib.suppress(MissingEntry),
        ):  # nbgrader says it
            if not self.parent.create_student:
                gradebook.find_student(where["student"])
            record_problem(gradebook, where["assignment"], where["student"], why)

    @contextlib.contextmanager
    def _stopping(self) -> Iterator[None]:
        """Stop nbgrader at a fault of the course: it would take any other exception for a fault of this student's."""
        try:
            with database_errors():
                yield
        except (CourseError, OSError) as error:
            if isinstance(error, OSError) and not is_the_machines(error):
                raise
            self._put_back()
            self.log.error(str(MachineError(error) if isinstance(error, OSError) else error))
            raise SystemExit(1) from None

    def _put_back(self) -> None:
        """Have the gradebook say of the student who was being graded what it said before."""
        if self.snapshot is None:
            return
        course, snapshot = self.parent.coursedir, self.snapshot
        with (
            contextlib.suppress(CourseError),  # the gradebook may be what is at fault
            OneGradebook(course.db_url, course.course_id) as gradebook,
            gradebook.transaction(),
        ):
            snapshot.put_back(gradebook)
        # Half of it may be there, and nbgrader would take it for all.
        remove_tree(Path(course.format_path(course.autograded_directory, snapshot.student, snapshot.assignment)))


def set_aside(folder: Path, given: Iterable[str]) -> list[str]:
    """Take out of a submission's folder what nbgrader must not copy; what holds a student's work is moved, not removed.

    Returns what is to be said of that.

    It would follow links, wait for pipes for ever, stop the whole class at a broken timestamp.txt, and give a student
    up whose folder has the name of a `given` file, or the other way round. Notebooks are left to `read_submission`.
    BadSubmission where something cannot be taken out.
    """
    check_folder(folder)
    try:
        _take_out_what_harms(folder)
        _make_room(folder, given)
        return _make_time_readable(folder / TIMESTAMP)
    except OSError as error:
        raise BadSubmission(f"{error.filename} cannot be set aside: {error.strerror}.") from None


def _take_out_what_harms(folder: Path) -> None:
    _let_write(folder, folder.stat())
    for path, status in entries(folder):
        if stat.S_ISDIR(status.st_mode):
            _let_write(path, status)
        elif (not stat.S_ISREG(status.st_mode) or status.st_nlink > 1) and path.suffix != ".ipynb":
            path.unlink()


def _make_time_readable(timestamp: Path) -> list[str]:
    if not timestamp.exists():
        return []
    time = read_time(timestamp)
    if time is None:
        _move_away(timestamp)
        return [NO_TIME]
    if not PRINTABLE.fullmatch(timestamp.read_bytes()):  # a byte order mark, or UTF-16: nbgrader would give up on it
        write_atomically(timestamp, as_text(time))
    return []


def _let_write(folder: Path, status: os.stat_result) -> None:
    with contextlib.suppress(PermissionError):  # somebody else's, who need not have taken the right away
        folder.chmod(stat.S_IMODE(status.st_mode) | stat.S_IRWXU)


def _make_room(folder: Path, given: Iterable[str]) -> None:
    for name in map(PurePosixPath, given):
        for place, is_right in ((name, Path.is_file), *((parent, Path.is_dir) for parent in name.parents)):
            if (folder / place).exists() and not is_right(folder / place):
                _move_away(folder / place)


def _move_away(path: Path) -> None:
    path.replace(Path(tempfile.mkdtemp(prefix=f"{path.name}-set-aside-", dir=path.parent), "file"))
