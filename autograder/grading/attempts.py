"""Attempts: submissions are executed, and those that a busy machine may have spoiled are executed again, alone."""

from __future__ import annotations

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
from autograder.execution.execute import Doubt, Execute, withheld
from autograder.files import write_files
from autograder.grading.workers import Outcome, Spread
from autograder.sandbox.provisioner import Preparation
from autograder.submissions.submission import Submission


@dataclass(frozen=True)
class Executed:
    """What came of executing notebooks, each in a kernel of its own."""

    notebooks: Mapping[str, str] = field(default_factory=dict)  # name -> the executed notebook, as JSON
    doubts: Mapping[str, Doubt] = field(default_factory=dict)  # name -> why it has to be executed again


def execute(
    notebooks: Mapping[str, str],
    files: Mapping[str, bytes],
    prepared: Mapping[str, Preparation],
    settings: Config,
    doubts: Mapping[str, Doubt] | None = None,
) -> Executed:
    """Execute notebooks, each in a kernel of its own: bytes in, bytes out.

    `prepared` makes their kernels faster, and `doubts` are those of their first run, None if this is the first.
    Nothing of the course is read or written, so this runs anywhere where the same environment is installed.
    """
    executed, new_doubts = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        write_files(files, Path(folder))
        for name, content in notebooks.items():
            nb: Any = nbformat.reads(content, as_version=4)
            executor = Execute(config=settings)
            with withheld(nb, prepared[name].names):
                doubt = executor.run_once(
                    nb, {"metadata": {"path": folder}}, prepared[name], earlier=(doubts or {}).get(name)
                )
            executed[name] = json.dumps(nb)
            if doubt and doubts is None:
                new_doubts[name] = doubt
    return Executed(executed, new_doubts)


class Attempts:
    """Executes submissions by the workers of a Spread, whose function is `execute`.

    A doubtful run is repeated when nothing else is executed any more, one submission at a time. Its second outcome
    stands, whatever it is.
    """

    def __init__(self, spread: Spread, prepared: Mapping[str, Preparation], settings: Config) -> None:
        """Take the workers, and what all runs have in common."""
        self.spread, self.prepared, self.settings = spread, prepared, settings
        self.running: dict[str, Submission] = {}
        self.doubtful: deque[tuple[str, Submission, Executed]] = deque()
        self.again: Executed | None = None  # the first run of the submission that is executed again

    @property
    def pending(self) -> bool:
        """Whether there is an outcome to wait for."""
        return bool(self.spread.pending or self.doubtful)

    def start(self, key: str, submission: Submission) -> None:
        """Have a submission executed."""
        self.running[key] = submission
        self.spread.submit(key, submission.notebooks, submission.files, self.prepared, self.settings)

    def wait(self) -> Iterator[tuple[str, Outcome]]:
        """Wait for the next run to end; yield its key and outcome (notebooks or an exception) unless it is doubtful."""
        if not self.spread.pending:
            self._start_again()
        key, outcome = self.spread.wait()
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
        self.spread.submit(key, notebooks, submission.files, self.prepared, self.settings, self.again.doubts)


def doubtful_part(outcome: Outcome, submission: Submission) -> Executed | None:
    """Return a first run with its doubts, None if there are none. A worker that failed makes all of it doubtful."""
    if isinstance(outcome, Executed):
        return outcome if outcome.doubts else None
    if isinstance(outcome, AutograderError):
        return None
    return Executed(doubts=dict.fromkeys(submission.notebooks, Doubt(str(outcome), cold=True)))
