"""The reference: what the instructor's own solution records, run once and kept.

The solution is trusted code and runs in an ordinary kernel. Its records are kept in a file named by a hash
of all they depend on: a change of the solution, the course's packages or the environment runs it anew.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.coursedir import CourseDirectory
from traitlets import List, Unicode
from traitlets.config import LoggingConfigurable

from autograder.records import VERSION

Records = dict[str, dict[str, Any]]  # record name -> record


class SolutionError(RuntimeError):
    """The reference solution itself did not run through; the message names the notebook and the error."""


class Reference(LoggingConfigurable):
    """Runs reference solutions and remembers their records."""

    directory = Unicode(
        "grading/reference", help="Where the records are kept, relative to the course folder or absolute."
    ).tag(config=True)
    depends_on = List(
        Unicode(),
        help="Names of packages whose source decides what the reference records, beside installed versions.",
    ).tag(config=True)

    def records(self, assignment: str, notebook: str) -> dict[str, Records]:
        """Return grade id -> record name -> record of the solution `notebook` of `assignment`."""
        course = CourseDirectory(config=self.config)
        source = Path(course.format_path(course.source_directory, ".", assignment)) / f"{notebook}.ipynb"
        kept = Path(course.root, self.directory, assignment, f"{notebook}-{self.key(source)}.json")
        if kept.exists():
            found: dict[str, Records] = json.loads(kept.read_text(encoding="utf-8"))
            return found
        found = self._run(source)
        for outdated in kept.parent.glob(f"{notebook}-*.json"):
            outdated.unlink(missing_ok=True)
        write_atomically(kept, json.dumps(found))
        return found

    def _run(self, source: Path) -> dict[str, Records]:
        # Both ask for references themselves: imported when all three exist.
        from autograder.execute import Execute
        from autograder.judge import collect, error_of

        self.log.info("Running the reference solution %s", source)
        nb = nbformat.read(source, as_version=4)
        with tempfile.TemporaryDirectory() as folder:
            Execute(parent=self, isolation=False).run(nb, {"metadata": {"path": folder}})
        for cell in nb.cells:
            if cell.cell_type == "code" and (error := error_of(cell)):
                raise SolutionError(f"The reference solution {source} fails: {error.splitlines()[0]}")
        return collect(nb)

    def key(self, source: Path) -> str:
        """Return a hash of what decides what the solution at `source` records: itself, and its environment."""
        digest = hashlib.sha256(f"{VERSION} {platform.python_version()} {platform.machine()}".encode())
        digest.update(source.read_bytes())
        versions = {f"{d.metadata['Name']}=={d.version}" for d in importlib.metadata.distributions()}
        digest.update("\n".join(sorted(versions)).encode())
        for name in self.depends_on:
            for path in package_files(name):
                digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()[:16]


def package_files(name: str) -> list[Path]:
    """Return the Python files of the importable package `name`, sorted; without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SolutionError(f"Reference.depends_on names {name!r}, which is not an installed package.")
    return sorted(path for root in spec.submodule_search_locations for path in Path(root).rglob("*.py"))


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path` so that a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)
