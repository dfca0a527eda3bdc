"""Reader: nbgrader's own autograde takes a submission over as what it is, anybody's bytes, and forgets no older grade.

`autograder grade` reads submissions by `submission.read` instead, which follows the same rules.
"""

from __future__ import annotations

import contextlib
import functools
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde

from autograder.files import entries
from autograder.gradebook import MISSING, OneGradebook, record_problem
from autograder.intake import TIMESTAMP, BadSubmission, check_folder, read_submission, read_time
from autograder.submission import given_files, not_handed_in

UNFINISHED = "grading it did not come to an end."


class SubmissionReader(NotebookExporter):  # type: ignore[misc]  # nbconvert carries no types
    """The exporter that nbgrader reads submissions with, in place of one that believes them."""

    def __init__(self, **kw: Any) -> None:
        """Take out of the submissions to grade what harms, before nbgrader looks at as much as their timestamps."""
        super().__init__(**kw)
        if not isinstance(self.parent, Autograde):
            return
        given = given_files(self.parent, self.parent.coursedir.assignment_id)
        for folder, notebooks in list(self.parent.assignments.items()):
            try:
                set_aside(Path(folder), given)
            except BadSubmission as problem:
                self.log.error(str(problem))
                self._record(self._where(notebooks), str(problem))
                del self.parent.assignments[folder]
        self.parent.pre_convert_hook = functools.partial(self.begin, self.parent.pre_convert_hook)

    def begin(self, hook: Callable[..., None] | None, notebooks: list[str], **known: str) -> None:
        """Enter that there is no grade yet: whatever stops nbgrader after this, an older one has not stayed.

        nbgrader calls this before it copies a submission. `hook` is the course's own, and gets what nbgrader passes.
        """
        course, where, folder = self.parent.coursedir, self._where(notebooks), Path(notebooks[0]).parent
        source = Path(course.format_path(course.source_directory, ".", where["assignment"]))
        missing = not_handed_in(folder, (path.stem for path in source.glob("*.ipynb")))
        reasons = {Path(notebook).stem: UNFINISHED for notebook in notebooks}
        self._record(where, reasons | {name: MISSING.format(name) for name in missing})
        if hook is not None:
            hook(notebooks=notebooks, **known)

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Read a submission; where that cannot be, the gradebook says so before the error is passed on."""
        if resources is None or not getattr(self.parent, "_sanitizing", False):
            result: tuple[str, dict[str, Any]] = super().from_filename(filename, resources, **kw)
            return result
        path = Path(filename)
        try:
            nb = read_submission(path)
        except BadSubmission as problem:
            self._record(resources["nbgrader"], str(problem))
            raise
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(nb, resources, **kw)  # type: ignore[no-any-return]  # nbconvert's

    def _where(self, notebooks: list[str]) -> dict[str, Any]:
        """Return whose submission some notebooks are, and where the gradebook is."""
        found: dict[str, Any] = self.parent.init_single_notebook_resources(notebooks[0])["nbgrader"]
        return found

    def _record(self, where: dict[str, Any], why: str | Mapping[str, str]) -> None:
        with OneGradebook(where["db_url"]) as gradebook, contextlib.suppress(MissingEntry):  # nbgrader says which
            if not self.parent.create_student:
                gradebook.find_student(where["student"])
            record_problem(gradebook, where["assignment"], where["student"], why)


def set_aside(folder: Path, given: Iterable[str]) -> None:
    """Take out of a submission's folder what nbgrader must not copy; what holds a student's work is moved, not removed.

    It would follow links, wait for pipes for ever, stop the whole class at a broken timestamp.txt, and give a student
    up whose folder has the name of a `given` file, or the other way round. Notebooks are left to `read_submission`.
    BadSubmission where something cannot be taken out.
    """
    check_folder(folder)
    try:
        _take_out_what_harms(folder)
        _make_room(folder, given)
    except OSError as error:
        raise BadSubmission(f"{error.filename} cannot be set aside: {error.strerror}.") from None


def _take_out_what_harms(folder: Path) -> None:
    _let_write(folder, folder.stat())
    for path, status in entries(folder):
        if stat.S_ISDIR(status.st_mode):
            _let_write(path, status)
        elif not stat.S_ISREG(status.st_mode) and path.suffix != ".ipynb":
            path.unlink()
    timestamp = folder / TIMESTAMP
    if timestamp.exists() and read_time(timestamp) is None:
        _move_away(timestamp)


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
