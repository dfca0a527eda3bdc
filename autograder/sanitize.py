"""Sanitize: an nbgrader preprocessor that takes out of a submission what only the grader may put in."""

from __future__ import annotations

from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.judge import METADATA


class Sanitize(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader carries no types
    """Removes verdicts that a student wrote, and tags, of which `skip-execution` would earn full points."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Clean the metadata of one cell."""
        for name in (METADATA, "tags"):
            cell.metadata.pop(name, None)
        return cell, resources
