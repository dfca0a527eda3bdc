"""Attempts: submissions are executed. A run that a busy machine may have spoiled is repeated alone."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import autograder.skip_rfc3987  # noqa: F401  # before all that imports jsonschema

# isort: split
import nbformat
from traitlets.config import Config

from autograder.errors import AutograderError
from autograder.execution.execute import Execute, withheld
from autograder.execution.run import Doubt
from autograder.files import write_files
from autograder.grading.without_hidden import copy_without_hidden, fails_visibly, keep_shown
from autograder.grading.workers import Outcome, Workers
from autograder.regions import hidden_tests
from autograder.sandbox.preparation import Preparation
from autograder.sandbox.provisioner import KernelLostError
from autograder.submissions.submission import Submission

ENVIRONMENT = {"NBGRADER_EXECUTION": "autograde"}  # nbgrader's promise to notebooks


@dataclass(frozen=True)
class Executed:
    """The outcome of executing notebooks, each in a kernel of its own."""

    notebooks: Mapping[str, str] = field(default_factory=dict)  # name -> the executed notebook, as JSON
    doubts: Mapping[str, Doubt] = field(default_factory=dict)  # name -> why it has to be executed again


def execute_notebooks(
    notebooks: Mapping[str, str],
    files: Mapping[str, bytes],
    prepared: Mapping[str, Preparation],
    settings: Config,
    doubts: Mapping[str, Doubt] | None = None,
) -> Executed:
    """Execute notebooks, each in a kernel of its own: bytes in, bytes out.

    Nothing of the course is read or written, so this runs anywhere where the same environment is installed.

    Args:
        notebooks: name -> notebook, as JSON.
        files: relative name -> content of what lies next to them.
        prepared: name -> what makes the notebook's kernel faster.
        settings: the sections SETTINGS of the configuration.
        doubts: name -> the doubt of its first run; None if this is the first run.

    Returns:
        The executed notebooks. If this is the first run, its doubts.
    """
    executed, new_doubts = {}, {}
    for name, content in notebooks.items():
        nb: Any = nbformat.reads(content, as_version=4)
        execute = Execute(config=settings)
        with _folder_with(files) as resources, withheld(nb, prepared[name].names):
            doubt = execute.run_once(nb, resources, prepared[name], ENVIRONMENT, (doubts or {}).get(name))
        if doubt and doubts is None:
            new_doubts[name] = doubt
        else:
            _run_without_hidden(nb, files, prepared[name], execute)
        executed[name] = json.dumps(nb)
    return Executed(executed, new_doubts)


def _run_without_hidden(nb: Any, files: Mapping[str, bytes], preparation: Preparation, execute: Execute) -> None:
    """If a visible check of an executed notebook failed, run it without hidden tests, and keep what students may see.

    No grade depends on that: if no kernel can be had, nothing is kept.
    """
    region = hidden_tests(execute.config)
    if not fails_visibly(nb, region):
        return
    visible = copy_without_hidden(nb, region)
    with contextlib.suppress(KernelLostError), _folder_with(files) as resources, withheld(visible, preparation.names):
        execute.run(visible, resources, preparation, ENVIRONMENT)
        keep_shown(nb, visible, region)


@contextlib.contextmanager
def _folder_with(files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """Make a folder with files for a run; yield nbclient's resources, which name it."""
    with tempfile.TemporaryDirectory() as folder:
        write_files(files, Path(folder))
        yield {"metadata": {"path": folder}}


class Attempts:
    """Executes submissions by Workers, whose function is `execute_notebooks`.

    A doubtful run is repeated when no other submission is being executed, one submission at a time. Its second outcome
    counts, whatever it is.
    """

    def __init__(self, workers: Workers, prepared: Mapping[str, Preparation], settings: Config) -> None:
        """Take the workers, and what all runs share: the notebooks' preparations, and the settings."""
        self.workers, self.prepared, self.settings = workers, prepared, settings
        self.running: dict[str, Submission] = {}
        self.doubtful: deque[tuple[str, Submission, Executed]] = deque()
        self.again: Executed | None = None  # the first run of the submission that is executed again

    @property
    def pending(self) -> bool:
        """Whether another outcome will come."""
        return bool(self.workers.pending or self.doubtful)

    def start(self, key: str, submission: Submission) -> None:
        """Hand a submission to the workers."""
        self.running[key] = submission
        self.workers.submit(key, submission.notebooks, submission.files, self.prepared, self.settings)

    def wait(self) -> Iterator[tuple[str, Outcome]]:
        """Wait for the next run to end; yield its key and outcome (notebooks or an exception), unless in doubt."""
        if not self.workers.pending:
            self._start_again()
        key, outcome = self.workers.wait()
        submission, first, self.again = self.running.pop(key), self.again, None
        if first is None and (doubtful := doubtful_part(outcome, submission)):
            self.doubtful.append((key, submission, doubtful))
        elif isinstance(outcome, Executed):
            yield key, {**(first.notebooks if first else {}), **outcome.notebooks}
        else:
            yield key, outcome

    def _start_again(self) -> None:
        key, submission, self.again = self.doubtful.popleft()
        self.running[key] = submission
        notebooks = {name: submission.notebooks[name] for name in self.again.doubts}
        self.workers.submit(key, notebooks, submission.files, self.prepared, self.settings, self.again.doubts)


def doubtful_part(outcome: Outcome, submission: Submission) -> Executed | None:
    """Return a first run if it has doubts, else None. If its worker failed, all its notebooks are in doubt."""
    if isinstance(outcome, Executed):
        return outcome if outcome.doubts else None
    if isinstance(outcome, AutograderError):
        return None
    return Executed(doubts=dict.fromkeys(submission.notebooks, Doubt(str(outcome), cold=True)))
