"""Configuration: nbgrader's own, read as nbgrader reads it, with paths that are relative to the course folder."""

from __future__ import annotations

import contextlib
import logging
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

from jupyter_core.paths import jupyter_config_path
from nbgrader.apps import NbGrader
from sqlalchemy.engine import make_url
from traitlets.config.application import Application
from traitlets.config.loader import Config, FileConfigLoader

from autograder.errors import CourseError

NAME = "nbgrader_config"
FILES = f"{NAME}.py", f"{NAME}.json"
RECORDS = "grading/reference"  # the default folder for the records of solutions
# Settings that hold one path. For nbgrader, a relative path starts at the folder that it was started in.
PATHS = ("Exchange", "root"), ("Exchange", "cache"), ("NbGrader", "logfile"), ("Reference", "directory")


class ConfigurationError(CourseError):
    """The configuration cannot be read; the message names the file and the error."""


def read_configuration(folder: Path) -> Config:
    """Return the configuration that nbgrader has if it is started in a folder.

    Files are read in this order, and a later one wins: Jupyter's folders ($JUPYTER_CONFIG_DIR, home, the environment,
    the system), then `folder`, then the course folder that these name.

    Raises:
        ConfigurationError: a file cannot be read.
    """
    app: Any = NbGrader()
    app.log = logging.getLogger("autograder.configuration")  # nbgrader's own commands report the same errors
    app.log.addHandler(logging.NullHandler())
    app.log.propagate = False
    app.raise_config_file_errors = True
    make_importable(folder)
    try:
        with contextlib.chdir(folder):
            app.load_config_file(suppress_errors=False)
            root = Path(app.config.CourseDirectory.get("root") or folder).absolute()
            if root != folder:
                make_importable(root)
                Application.load_config_file(app, NAME, path=str(root))
    except Exception as error:
        raise ConfigurationError(
            f"{_file_being_read(error)} cannot be read ({type(error).__name__}: {error}): correct it."
        ) from error
    return app.config  # type: ignore[no-any-return]  # nbgrader carries no types


def _file_being_read(error: Exception) -> str:
    """Return the configuration file whose loading raised `error`."""
    frames = [frame.f_locals.get("self") for frame, _ in traceback.walk_tb(error.__traceback__)]
    loaders = [loader for loader in frames if isinstance(loader, FileConfigLoader)]
    return loaders[-1].full_filename if loaders else "nbgrader's configuration"


def make_importable(folder: Path) -> None:
    """Let Python import a course's plugins from its folder, as nbgrader does."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def course_folder_being_read() -> Path | None:
    """Return the folder of the nbgrader_config.py that calls this, None if that is one of Jupyter's own folders."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        path = Path(frame.f_globals.get("__file__") or "")
        if path.name in FILES:
            jupyters = {Path(place).absolute() for place in jupyter_config_path()}
            return None if path.parent.absolute() in jupyters else path.parent.absolute()
        frame = frame.f_back
    return None


def anchor(c: Any, root: Path) -> None:
    """Make the relative paths in a configuration absolute: they start at the course folder `root`."""
    c.CourseDirectory.root = str(root)
    if db_url := c.CourseDirectory.get("db_url"):
        c.CourseDirectory.db_url = absolute_url(db_url, root)
    for owner, name in PATHS:
        if isinstance(path := c[owner].get(name), str) and path:
            c[owner][name] = str(root / path)
    if isinstance(paths := c.SandboxProvisioner.get("readable"), list):
        c.SandboxProvisioner.readable = [str(root / path) for path in paths]


def absolute_url(db_url: str, root: Path) -> str:
    """Return a database's URL; an SQLite file's path starts at `root`."""
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith(("file:", ":memory:")):
        return db_url
    return url.set(database=str(root / url.database)).render_as_string(hide_password=False)


def make_database_folder(db_url: str) -> None:
    """Make the folder of an SQLite database, because SQLite makes only the file."""
    url = make_url(db_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
