"""Executes notebooks that may be hostile, as nbgrader's preprocessor of the same name.

The kernel runs in the sandbox, and the grader exchanges only messages with it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import Execute as NbgraderExecute
from traitlets import Bool, Int

from autograder.execution.kernel import DEFAULT_KERNEL, KernelSettings, running_kernel
from autograder.execution.outputs import MOST_LETTERS
from autograder.execution.run import Doubt, Run, RunLimits
from autograder.execution.shadowed import Names, shadowed, unshadowed
from autograder.execution.withhold import without_rules
from autograder.sandbox.preparation import COLD, Preparation
from autograder.sandbox.provisioner import KernelLostError

# Sets or reads environment variables, which a library may read at its import. Such a notebook starts cold.
USES_ENVIRONMENT = re.compile(r"\b(environ|environb|putenv|unsetenv)\b|^[ \t]*%(set_)?env\b", re.MULTILINE)
ISOLATED = "isolated"  # key in the notebook's metadata that says whether it ran in the sandbox


class Execute(NbgraderExecute):  # type: ignore[misc]  # nbgrader has no types
    """Runs a submission's cells in the sandbox within bounds, and keeps what was earned before one was exceeded."""

    isolation = Bool(True, help="Whether kernels run in the sandbox; without it, with the instructor's rights.").tag(
        config=True
    )
    warm = Bool(
        True,
        help="Whether kernels in the sandbox use what the reference solution prepared: modules that are imported "
        "already, unless the notebook deals with environment variables or brings a file that is called like one of "
        "them; and a cache.",
    ).tag(config=True)
    notebook_timeout = Int(900, help="Seconds for all cells of a notebook together.").tag(config=True)
    output_mb = Int(50, help="Megabytes that a kernel may send while it runs a notebook.").tag(config=True)
    cell_output_kb = Int(1000, help="Kilobytes of a cell's output that are kept, its records not counted.").tag(
        config=True
    )

    def run(
        self,
        nb: NotebookNode,
        resources: dict[str, Any],
        preparation: Preparation = COLD,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Run every code cell of a notebook in a new kernel, and once more if there is a doubt.

        Args:
            nb: the notebook. Its cells get the outputs.
            resources: nbgrader's; `resources["metadata"]["path"]` is the notebook's folder.
            preparation: makes a kernel in the sandbox start faster.
            environment: environment variables of a kernel outside the sandbox, added to the grader's own.

        Raises:
            KernelLostError: no kernel started, or something else killed it, both times.
        """
        if doubt := self.run_once(nb, resources, preparation, environment):
            self.log.warning("%s: the notebook is run again.", doubt.why.rstrip("."))
            self.run_once(nb, resources, preparation, environment, doubt)

    def run_once(
        self,
        nb: NotebookNode,
        resources: dict[str, Any],
        preparation: Preparation = COLD,
        environment: Mapping[str, str] | None = None,
        earlier: Doubt | None = None,
    ) -> Doubt | None:
        """Run every code cell of a notebook in a new kernel, once.

        Args:
            nb: as in `run`.
            resources: as in `run`.
            preparation: as in `run`.
            environment: as in `run`.
            earlier: the doubt of the first run, None if this is the first.

        Returns:
            What makes the outcome doubtful, None if nothing does.

        Raises:
            KernelLostError: no kernel started, or something else killed it, and this is the second run.
        """
        settings = self._kernel_settings(nb, resources, preparation if self.warm else COLD, environment or {})
        if earlier is not None and earlier.cold:
            settings = replace(settings, preparation=replace(settings.preparation, modules=()))
        name = nb.metadata.get("kernelspec", {}).get("name", DEFAULT_KERNEL)
        seconds = (earlier and earlier.seconds) or None
        try:
            with running_kernel(settings, name) as (manager, connection):
                run = Run(self._run_limits(), manager, connection, seconds)
                for number, cell in enumerate(nb.cells, start=1):
                    if cell.cell_type == "code":
                        run.run_cell(cell, number)
        except KernelLostError as problem:
            if earlier:
                raise
            return Doubt(str(problem), cold=True)
        nb.metadata["autograder"] = {ISOLATED: self.isolation, "stopped": run.stopped, "limits": run.notes}
        return run.doubt

    def _kernel_settings(
        self, nb: NotebookNode, resources: dict[str, Any], preparation: Preparation, environment: Mapping[str, str]
    ) -> KernelSettings:
        if any(USES_ENVIRONMENT.search(cell.source) for cell in nb.cells if cell.cell_type == "code"):
            preparation = replace(preparation, modules=())
        return KernelSettings(
            config=self.config,
            most_bytes=self.output_mb * 1_000_000,
            largest_content=max(MOST_LETTERS, self.cell_output_kb * 1000),
            isolation=self.isolation,
            preparation=preparation,
            arguments=tuple(self.extra_arguments),
            history_file=self.ipython_hist_file,
            folder=resources.get("metadata", {}).get("path") or None,
            environment=environment,
            start_seconds=self.startup_timeout,
        )

    def _run_limits(self) -> RunLimits:
        return RunLimits(
            notebook_seconds=self.notebook_timeout,
            cell_seconds=self.cell_seconds,
            end_seconds=self.iopub_timeout,
            interrupts=self.interrupt_on_timeout,
            needs_end=self.raise_on_iopub_timeout,
            output_mb=self.output_mb,
            cell_output_kb=self.cell_output_kb,
        )

    def cell_seconds(self, cell: NotebookNode) -> float:
        """Return the time limit of a cell, infinite if it has none. nbclient's settings mean the same."""
        seconds: float | None = self.timeout_func(cell) if self.timeout_func is not None else self.timeout
        return seconds if seconds is not None and seconds > 0 else float("inf")


@contextlib.contextmanager
def withheld(nb: NotebookNode, names: Names = ()) -> Iterator[None]:
    """Remove from the test cells, for a while, what answers are judged by, and protect `names` in them."""
    sources = [cell.source for cell in nb.cells]
    taken = shadowed(nb, names)
    for cell in nb.cells:
        if cell.cell_type == "code" and utils.is_locked(cell):
            cell.source = unshadowed(without_rules(cell.source), taken)
    try:
        yield
    finally:
        for cell, source in zip(nb.cells, sources, strict=True):
            cell.source = source
