"""Steps: nbgrader preprocessors by which its own commands repair and execute a submission."""

from __future__ import annotations

from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.course import source_path
from autograder.execution.execute import Execute
from autograder.judging.reference import Reference
from autograder.submissions.repair import read_source, repair


class Sanitize(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader carries no types
    """Rebuilds a submission from the source's cells and the student's answers."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook to execute."""
        where = resources["nbgrader"]
        path = source_path(CourseDirectory(config=self.config), where["assignment"], where["notebook"])
        with Gradebook(where["db_url"]) as gradebook:
            source = read_source(gradebook, where["assignment"], where["notebook"], path, self.config)
        repaired = repair(nb, source, f"{where['notebook']}.ipynb")
        for remark in repaired.remarks:
            self.log.warning("%s: %s", where["student"], remark)
        return repaired.notebook, resources


class ExecuteSubmission(Execute):
    """Executes a submission with what its reference solution prepared."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Run every code cell of `nb`; whatever the student's code does, this returns."""
        where = resources["nbgrader"]
        # This runs the reference if needed, which also fills the caches that submissions read offline.
        prepared = Reference(parent=self).prepared(where["assignment"], where["notebook"])
        self.run_submission(nb, resources, prepared)
        return nb, resources
