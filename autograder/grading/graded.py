"""Graded: the folder of a graded submission, which nbgrader's formgrader and its feedback read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.files import entries, remove_tree, write_files
from autograder.gradebook import digest

Contents = dict[str, bytes]  # relative name -> content


def contents(files: Mapping[str, bytes], notebooks: Mapping[str, NotebookNode]) -> Contents:
    """Return what the folder has to hold: a submission's files, and its notebooks as graded."""
    # Without the indent of nbformat's, which takes the slow one of Python's encoders.
    return {**files} | {f"{name}.ipynb": json.dumps(nb, sort_keys=True).encode() for name, nb in notebooks.items()}


def fingerprint(files: Contents) -> str:
    """Return a hash of a folder's contents: of notebooks every byte, of other files (data, mostly) name and size."""
    return digest(sorted((name, len(content), _text(name, content)) for name, content in files.items()))


def folder_fingerprint(folder: Path) -> str:
    """Return the same of what lies in a folder."""
    found = []
    for path, status in entries(folder):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            found.append((name, status.st_size, _text(name, path.read_bytes() if _is_notebook(name) else b"")))
    return digest(sorted(found))


def _is_notebook(name: str) -> bool:
    return "/" not in name and name.endswith(".ipynb")


def _text(name: str, content: bytes) -> str:
    return content.decode("utf-8", "replace") if _is_notebook(name) else ""


def replace_folder(folder: Path, files: Contents) -> None:
    """Put a graded submission in place of an older one."""
    made = folder.with_name(f".{folder.name}")  # nobody looks at a hidden one
    remove_tree(made)
    write_files(files, made)
    for path in made.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o444)  # as nbgrader does
    remove_tree(folder)
    made.rename(folder)


def read_notebooks(folder: Path, names: Any) -> dict[str, NotebookNode]:
    """Return the graded notebooks in a folder that `folder_fingerprint` has found to be as they were written."""
    return {name: nbformat.from_dict(json.loads((folder / f"{name}.ipynb").read_bytes())) for name in names}
