"""Course: a folder with nbgrader's configuration of it, and nbgrader's programming interface to it."""

from __future__ import annotations

import copy
import functools
import glob
import hashlib
import json
import os
import re
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from traitlets import TraitError
from traitlets.config import Config

from autograder.compat.nbgrader import QuietAPI, quiet_logger
from autograder.configuration import RECORDS, anchor, make_database_folder
from autograder.errors import UsageError

LOCK_TIMEOUT = 60  # seconds to wait for a gradebook that another program has locked
STEPS = "source", "release", "submitted", "autograded", "feedback"
WANTED = "\0"  # stands for the wanted name in a pattern; no folder can have this name
JOURNAL = Path("grading", "journal")  # below the course folder


@dataclass(frozen=True)
class Course:
    """A course folder with nbgrader's configuration of it."""

    root: Path  # the folder that holds nbgrader_config.py, or a scratch copy of it
    config: Config  # nbgrader's configuration, with absolute paths

    @functools.cached_property
    def directory(self) -> CourseDirectory:
        """Return nbgrader's own view of the course."""
        return CourseDirectory(config=self.config)

    def folder(self, step: str, assignment: str, student: str = ".") -> Path:
        """Return an assignment's folder at a step: source, release, submitted, autograded or feedback."""
        return step_folder(self.directory, step, assignment, student)

    def assignments(self) -> list[str]:
        """Return the names of the assignments in the source folder, sorted."""
        names = self._names("source", "assignment_id", "*", student_id=".")
        return [name for name in names if self.notebooks(name)]

    def notebooks(self, assignment: str) -> list[str]:
        """Return the names of an assignment's notebooks, without their ending."""
        pattern = f"{self.directory.notebook_id}.ipynb"
        return sorted(path.stem for path in self.folder("source", assignment).glob(pattern))

    def check_assignment(self, name: str) -> None:
        """Raise UsageError unless `name` is an assignment of the course, by a name that nbgrader allows."""
        if name not in self.assignments():
            names = ", ".join(self.assignments()) or "none yet"
            raise UsageError(f"There is no assignment {name!r} in {self.directory.source_directory}/ ({names}).")
        try:
            allowed = CourseDirectory(assignment_id=name).assignment_id == name
        except TraitError:
            allowed = False
        if not allowed:
            raise UsageError(
                f"nbgrader allows no assignment of the name {name!r} (no +, no blank at the ends): "
                f"rename {self.folder('source', name)}."
            )

    def students(self, assignment: str) -> list[str]:
        """Return who has submitted something for the assignment, sorted."""
        names = self._names("submitted", "student_id", self.directory.student_id, assignment_id=assignment)
        return [name for name in names if name not in self.directory.student_id_exclude.split(",")]

    def _names(self, step: str, wanted: str, pattern: str, **ids: str) -> list[str]:
        """Return the values of an id for which there is a folder at a step, sorted.

        Args:
            step: source, release, submitted, autograded or feedback.
            wanted: the id in the course's directory_structure.
            pattern: a wildcard that the values match.
            ids: the values of the other ids in the structure.
        """
        ids["nbgrader_step"] = getattr(self.directory, f"{step}_directory")
        escaped = {name: glob.escape(value) for name, value in ids.items()}
        structure = self.directory.directory_structure
        wildcard = os.path.normpath(structure.format(**escaped, **{wanted: pattern}))
        folders = glob.glob(wildcard, root_dir=self.root)  # noqa: PTH207  # a wildcard may be absolute
        shape = re.escape(os.path.normpath(structure.format(**ids, **{wanted: WANTED})))
        shape = shape.replace(WANTED, f"(?P<name>[^{re.escape(os.sep)}]+)", 1).replace(WANTED, "(?P=name)")
        return sorted(match["name"] for folder in folders if (match := re.fullmatch(shape, folder)))

    def setting(self, *sections: str) -> str:
        """Return a hash of the given configuration sections (default: all).

        `Execute.warm` is left out, because it changes no result.
        """
        chosen = {name: dict(self.config[name]) for name in sections or sorted(self.config)}
        chosen.get("Execute", {}).pop("warm", None)
        text = json.dumps(chosen, sort_keys=True, default=lambda item: getattr(item, "__qualname__", repr(item)))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def api(self) -> QuietAPI:
        """Return nbgrader's programming interface to this course; it logs nothing to the terminal."""
        app = NbGrader(config=self.config)
        app.log = quiet_logger(f"course.{id(self)}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an instructor can do nothing about nbgrader's own deprecations
            return QuietAPI(coursedir=CourseDirectory(parent=app, config=self.config), parent=app)

    def scratch(self, folder: Path, assignment: str) -> Course:
        """Return a course in `folder` with a copy of one assignment's source and a gradebook of its own.

        Its folders have nbgrader's default names. The course's own may be absolute, and would then be written to.
        """
        config = copy.deepcopy(self.config)
        overrides = {"root": str(folder), "db_url": "sqlite:///grading/gradebook.db"}
        overrides |= {f"{step}_directory": step for step in STEPS}
        config.CourseDirectory = Config({**config.CourseDirectory, **overrides})
        config.CourseDirectory.pop("directory_structure", None)
        config.Reference.directory = str(Path(self.root, config.Reference.get("directory", RECORDS)).resolve())
        fresh = configured(folder, config)
        shutil.copytree(self.folder("source", assignment), fresh.folder("source", assignment), dirs_exist_ok=True)
        return fresh


def step_folder(directory: CourseDirectory, step: str, assignment: str, student: str = ".") -> Path:
    """Return an assignment's folder at a step: source, release, submitted, autograded or feedback."""
    return Path(directory.format_path(getattr(directory, f"{step}_directory"), student, assignment)).absolute()


def source_path(directory: CourseDirectory, assignment: str, notebook: str) -> Path:
    """Return the source of a notebook, which has the solutions and the hidden tests."""
    return step_folder(directory, "source", assignment) / f"{notebook}.ipynb"


def configured(root: Path, config: Config) -> Course:
    """Return the course at `root` under a copy of `config`."""
    root = root.resolve()
    absolute: Any = copy.deepcopy(config)
    absolute.CourseDirectory.root = str(root)
    absolute.CourseDirectory.setdefault("db_url", "sqlite:///gradebook.db")
    anchor(absolute, root)
    make_database_folder(absolute.CourseDirectory.db_url)
    absolute.CourseDirectory.db_url = with_lock_timeout(absolute.CourseDirectory.db_url)
    return Course(root, absolute)


def with_lock_timeout(db_url: str) -> str:
    """Return a database's URL that makes SQLite wait while the file is locked."""
    url = make_url(db_url)
    waiting = url.update_query_dict({"timeout": str(LOCK_TIMEOUT)}) if url.get_backend_name() == "sqlite" else url
    return waiting.render_as_string(hide_password=False)
