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
    """Return the contents of a graded folder: a submission's files, and its notebooks as graded."""
    # Not by nbformat: its indent makes Python use a slow encoder.
    return {**files} | {f"{name}.ipynb": json.dumps(nb, sort_keys=True).encode() for name, nb in notebooks.items()}


def fingerprint(files: Contents) -> str:
    """Return a hash of a folder's contents: every byte of notebooks, names and sizes of other files (mostly data)."""
    return digest(sorted((name, len(content), _text(name, content)) for name, content in files.items()))


def folder_fingerprint(folder: Path) -> str:
    """Return the fingerprint of a folder on the disk."""
    facts = []
    for path, status in entries(folder):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            facts.append((name, status.st_size, _text(name, path.read_bytes() if _is_notebook(name) else b"")))
    return digest(sorted(facts))


def _is_notebook(name: str) -> bool:
    return "/" not in name and name.endswith(".ipynb")


def _text(name: str, content: bytes) -> str:
    return content.decode("utf-8", "replace") if _is_notebook(name) else ""


def replace_folder(folder: Path, files: Contents) -> None:
    """Replace a graded folder by new contents, in one step: a killed grader leaves no half of it."""
    new_folder = folder.with_name(f".{folder.name}")  # nbgrader does not look into hidden folders
    remove_tree(new_folder)
    write_files(files, new_folder)
    for path in new_folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o444)  # as nbgrader does
    remove_tree(folder)
    new_folder.rename(folder)


def read_notebooks(folder: Path, names: Any) -> dict[str, NotebookNode]:
    """Return the graded notebooks of a folder whose fingerprint shows that they are as they were written."""
    return {name: nbformat.from_dict(json.loads((folder / f"{name}.ipynb").read_bytes())) for name in names}
