"""A course folder: where it is, how it is configured, and nbgrader's commands on it."""

from __future__ import annotations

import copy
import functools
import hashlib
import json
import logging
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader, NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from traitlets.config import Config

from autograder.errors import UsageError
from autograder.reference import Reference
from autograder.seams import plug_in

CONFIG = "nbgrader_config.py"
PATIENCE = 60  # seconds to wait for a gradebook that another program has locked
JOURNAL = Path("grading", "journal")  # below the course folder


@dataclass(frozen=True)
class Course:
    """A course folder with nbgrader's configuration of it."""

    root: Path  # the folder that holds nbgrader_config.py, or a scratch copy of it
    config: Config  # nbgrader's configuration, with the root and the gradebook's place filled in

    @functools.cached_property
    def directory(self) -> CourseDirectory:
        """Return nbgrader's own view of the course."""
        return CourseDirectory(config=self.config)

    def folder(self, step: str, assignment: str, student: str = ".") -> Path:
        """Return an assignment's folder at a step: source, release, submitted, autograded or feedback."""
        course = self.directory
        return Path(course.format_path(getattr(course, f"{step}_directory"), student, assignment)).absolute()

    def assignments(self) -> list[str]:
        """Return the names of the assignments in the source folder, sorted."""
        source = Path(self.root, self.directory.source_directory)
        return sorted(folder.name for folder in source.glob("*") if any(folder.glob("*.ipynb")))

    def notebooks(self, assignment: str) -> list[str]:
        """Return the names of an assignment's notebooks, without their ending."""
        return sorted(path.stem for path in self.folder("source", assignment).glob("*.ipynb"))

    def check_assignment(self, name: str) -> None:
        """Raise UsageError unless `name` is an assignment of the course."""
        if name not in self.assignments():
            there = ", ".join(self.assignments()) or "none yet"
            raise UsageError(f"There is no assignment {name!r} in {self.directory.source_directory}/ ({there}).")

    def students(self, assignment: str) -> list[str]:
        """Return who has submitted something for the assignment, sorted."""
        submitted = Path(self.root, self.directory.submitted_directory)
        return sorted(folder.parent.name for folder in submitted.glob(f"*/{assignment}"))

    def setting(self, *sections: str) -> str:
        """Return a hash of sections of the configuration, of all of it where none is named; warmth decides nothing."""
        chosen = {name: dict(self.config[name]) for name in sections or sorted(self.config)}
        chosen.get("Execute", {}).pop("warm", None)
        text = json.dumps(chosen, sort_keys=True, default=lambda item: getattr(item, "__qualname__", repr(item)))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def api(self) -> NbGraderAPI:
        """Return nbgrader's programming interface to this course; it logs nothing to the terminal."""
        app = NbGrader(config=self.config)
        app.log = logging.getLogger(f"autograder.{id(self)}")
        app.log.propagate = False
        app.log.setLevel(logging.INFO)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbgrader's own deprecations are not the instructor's business
            return NbGraderAPI(coursedir=CourseDirectory(parent=app, config=self.config), parent=app)

    def scratch(self, folder: Path, assignment: str) -> Course:
        """Return a course in `folder` with a copy of one assignment's source and a gradebook of its own."""
        config = copy.deepcopy(self.config)
        config.CourseDirectory.db_url = "sqlite:///grading/gradebook.db"
        fresh = configured(folder, config)
        shutil.copytree(self.folder("source", assignment), fresh.folder("source", assignment), dirs_exist_ok=True)
        kept = Path(self.root, Reference(config=self.config).directory)
        fresh.config.Reference.directory = str(kept.resolve())
        return fresh


def find_course(start: Path) -> Course:
    """Return the course that `start` lies in: the nearest folder upwards with an nbgrader_config.py."""
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return configured(folder, _read_config(folder))
    raise UsageError(f"There is no {CONFIG} in {start} or above it: change to the course folder.")


def configured(root: Path, config: Config) -> Course:
    """Return the course at `root` under a copy of `config`."""
    root = root.resolve()
    own: Any = copy.deepcopy(config)
    plug_in(own)
    own.CourseDirectory.root = str(root)
    own.CourseDirectory.db_url = absolute(own.CourseDirectory.get("db_url", "sqlite:///gradebook.db"), root)
    return Course(root, own)


def absolute(db_url: str, root: Path) -> str:
    """Return a database's URL; that of an SQLite one with a file below `root`, and patience where that is locked."""
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return db_url
    path = root / url.database
    path.parent.mkdir(parents=True, exist_ok=True)
    return str(url.set(database=str(path)).update_query_dict({"timeout": str(PATIENCE)}))


def _read_config(folder: Path) -> Config:
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader(CONFIG, path=str(folder)).load_config()
