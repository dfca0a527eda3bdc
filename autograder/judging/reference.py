"""Reference: runs the instructor's solution once, and keeps what it records.

The solution is trusted code and runs in an ordinary kernel. Its records are kept in a file that is named by a hash of
everything they depend on. So the solution runs again if it, the course's packages or the environment change. The file
also names the modules that the solution imported, which makes submissions faster. If the course names environment
variables for it, a folder next to the file has the programs that were compiled for the solution.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import importlib.util
import json
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import ValidationError
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from traitlets import Dict, List, Unicode
from traitlets.config import LoggingConfigurable

from autograder.cells import error_of, grade_id
from autograder.configuration import RECORDS
from autograder.course import source_path
from autograder.errors import CourseError
from autograder.execution.execute import Execute
from autograder.execution.shadowed import names_of_tests
from autograder.files import plain_files, remove_tree, write_atomically, write_files
from autograder.records import VERSION, records_by_name
from autograder.sandbox.preparation import Preparation

Records = dict[str, dict[str, Any]]  # record name -> record

LAYOUT = 6  # changes with the format of the kept file
KEY = 16  # letters of the hash in a file's name
LONGEST_REASON = 300  # letters
MAY_RAISE = "raises-exception"  # the tag of a cell whose error stops nothing
# Many submissions raise an error, so the modules that display tracebacks are loaded too.
RAISE_ERROR = "raise ValueError"
PRINT_MODULES = "import json, sys\nprint(json.dumps([name for name in sys.modules if name != '__main__']))"
# Files in such a folder can be opened by name, but the folder cannot be listed. Names are hashes of the programs, so
# only code that already has a program can find its file. A listing would let a submission use the reference's programs.
UNLISTED = 0o311


class SolutionError(CourseError):
    """A solution cannot be used as the reference; the message names the notebook and the error."""


class Reference(LoggingConfigurable):
    """Runs reference solutions and keeps their records."""

    directory = Unicode(RECORDS, help="Where the records are kept, relative to the course folder or absolute.").tag(
        config=True
    )
    depends_on = List(
        Unicode(),
        help="Names of packages whose source the records depend on, besides the versions of installed packages.",
    ).tag(config=True)

    preload = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Module that the solution imports -> another one. It is imported before kernels are forked, and they "
        "share what it prepared.",
    ).tag(config=True)
    cache_writer = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Environment variables that make the solution write a cache; {cache} stands for the cache folder.",
    ).tag(config=True)

    def records(self, assignment: str, notebook: str) -> dict[str, Records]:
        """Return grade id -> record name -> record of the solution `notebook` of `assignment`."""
        records: dict[str, Records] = json.loads(self._kept_file(assignment, notebook).read_text("utf-8"))["records"]
        return records

    def prepared(self, assignment: str, notebook: str) -> Preparation:
        """Return what makes kernels for submissions of `notebook` of `assignment` faster."""
        path = self._kept_file(assignment, notebook)
        cache, content = path.with_suffix(".cache"), json.loads(path.read_text("utf-8"))
        modules, names = content["modules"], tuple((name, expression) for name, expression in content["names"])
        preloaded = [prepared for imported, prepared in self.preload.items() if imported in modules]
        return Preparation((*modules, *preloaded), cache if cache.exists() else None, names)

    def _kept_file(self, assignment: str, notebook: str) -> Path:
        """Return the file with the records of a solution; run the solution if there is no such file."""
        course = CourseDirectory(config=self.config)
        source = source_path(course, assignment, notebook)
        kept_file = Path(course.root, self.directory, assignment, f"{notebook}-{self.key(source)}.json").resolve()
        if not kept_file.exists():
            with _new_folder_next_to(kept_file) as cache:
                environment = {name: value.format(cache=cache) for name, value in self.cache_writer.items()}
                result = self._run(source, environment, files_of(course, source))
                _keep_folder(cache, kept_file.with_suffix(".cache"))
            # Written last: with this file, everything is complete.
            write_atomically(kept_file, json.dumps(result))
            for outdated in kept_file.parent.glob(f"{glob.escape(notebook)}-{'[0-9a-f]' * KEY}*"):
                if not outdated.name.startswith(kept_file.stem):
                    remove_tree(outdated) if outdated.is_dir() else outdated.unlink(missing_ok=True)
        return kept_file

    def _run(self, source: Path, environment: Mapping[str, str], files: Mapping[str, bytes]) -> dict[str, Any]:
        self.log.info("Running the reference solution %s", source)
        nb = read_solution(source)
        failing, loaded = new_code_cell(RAISE_ERROR), new_code_cell(PRINT_MODULES)
        with tempfile.TemporaryDirectory() as folder:
            write_files(files, Path(folder))
            run = nbformat.from_dict({**nb, "cells": [*nb.cells, failing, loaded]})
            execute = Execute(parent=self, isolation=False)
            try:
                execute.run(run, {"metadata": {"path": folder}}, environment=environment)
            except RuntimeError as problem:  # KernelLostError among them
                raise SolutionError(f"The reference solution {source} could not be run: {problem}") from problem
        *nb.cells, _, loaded = run.cells
        if failed := first_failure(nb):
            raise SolutionError(f"The reference solution {source} fails in {failed}")
        # Modules that lie next to the notebook are the submission's own to import.
        own = {Path(name).parts[0].partition(".")[0] for name in files}
        modules = [name for name in _names(loaded) if name.partition(".")[0] not in own]
        return {"records": _collected(nb, source), "modules": modules, "names": names_of_tests(nb)}

    def key(self, source: Path) -> str:
        """Return a hash of everything that a solution's records depend on: itself, its folder, and the environment."""
        digest = hashlib.sha256(f"{LAYOUT} {sorted(self.cache_writer.items())} {self.environment()}".encode())
        digest.update(source.read_bytes())
        for name, content in sorted(files_of(CourseDirectory(config=self.config), source).items()):
            digest.update(f"{name} {len(content)} ".encode() + content)
        return digest.hexdigest()[:KEY]

    def environment(self) -> str:
        """Return a hash of what every run depends on: Python, the installed packages, and the course's own."""
        known = f"{VERSION} {platform.python_version()} {platform.machine()} {_installed()}"
        digest = hashlib.sha256(known.encode())
        for name in self.depends_on:
            for path in package_files(name):
                digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()


def files_of(course: CourseDirectory, source: Path) -> dict[str, bytes]:
    """Return the files next to a solution: relative name -> content."""
    return plain_files(source.parent, course.ignore)


def read_solution(source: Path) -> NotebookNode:
    """Return a solution's notebook; SolutionError if it cannot be read."""
    try:
        return nbformat.read(source, as_version=4)
    except (ValueError, AttributeError, ValidationError) as error:
        reason = " ".join(str(error).split())[:LONGEST_REASON]
        raise SolutionError(f"The reference solution {source} is no notebook that can be read: {reason}") from None


def first_failure(nb: NotebookNode) -> str | None:
    """Return the name of the first cell with an error in an executed notebook, and the error; None without one.

    A cell that is tagged raises-exception may raise an error.
    """
    for number, cell in enumerate(nb.cells, start=1):
        if cell.cell_type == "code" and not may_raise(cell) and (error := error_of(cell)):
            return f"{name_of(cell, number)}: {error.splitlines()[0]}"
    return None


def may_raise(cell: NotebookNode) -> bool:
    """Return whether a cell's author expects an error."""
    return MAY_RAISE in cell.metadata.get("tags", [])


def name_of(cell: NotebookNode, number: int) -> str:
    """Return what a message calls a cell: its grade id, or its number in the notebook."""
    return f"cell {name!r}" if (name := grade_id(cell)) else f"cell number {number}"


def _collected(nb: NotebookNode, source: Path) -> dict[str, Records]:
    try:
        return collect(nb)
    except SolutionError as problem:
        raise SolutionError(f"The reference solution {source} cannot be graded by: {problem}.") from None


def collect(nb: NotebookNode) -> dict[str, Records]:
    """Return the records of an executed reference, grade id -> name -> record; SolutionError if one cannot be used."""
    records: dict[str, Records] = {}
    for cell in filter(utils.is_grade, nb.cells):
        test = cell.metadata.nbgrader.grade_id
        for name, items in records_by_name(cell).items():
            if len(items) > 1:
                raise SolutionError(f"cell {test!r} records {name!r} {len(items)} times; names are unique in a cell")
            if "value" not in items[0]:
                raise SolutionError(f"cell {test!r} records an error as {name!r}: {items[0].get('error')}")
            records.setdefault(test, {})[name] = items[0]
    return records


def _installed() -> str:
    """Return the names and versions of all installed packages.

    The names of folders in site-packages contain them: https://packaging.python.org/en/latest/specifications/recording-installed-packages
    """
    return "\n".join(sorted({path.name for place in sys.path for path in Path(place).glob("*.*-info")}))


def _names(loaded: NotebookNode) -> list[str]:
    """Return the modules that the cell PRINT_MODULES has printed; none if the kernel does not run Python."""
    try:
        names = json.loads("".join(output.get("text", "") for output in loaded.outputs))
    except json.JSONDecodeError:
        return []
    return [str(name) for name in names]


@contextlib.contextmanager
def _new_folder_next_to(path: Path) -> Iterator[Path]:
    """Make a folder in the same place as `path`, and remove it in the end unless it was moved away."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=path.parent, prefix=f"{path.stem}-"))
    try:
        yield folder
    finally:
        remove_tree(folder)


def _keep_folder(made: Path, target: Path) -> None:
    """Rename a folder and make it read-only, unless it is empty."""
    if any(made.iterdir()) and not target.exists():
        for path in (*made.rglob("*"), made):
            path.chmod(UNLISTED if path.is_dir() else 0o444)
        made.rename(target)


def package_files(name: str) -> list[Path]:
    """Return the Python files of a package, sorted, without importing it; SolutionError if it is not installed."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SolutionError(f"Reference.depends_on names {name!r}, which is not an installed package.")
    return sorted(path for root in spec.submodule_search_locations for path in Path(root).rglob("*.py"))
