"""Page time: if a page of feedback takes too long to render, a page with only the verdicts replaces it.

nbgrader renders the pages of a class one after the other, in its own process. `bounds` cuts texts that are known to be
slow. This limit is for texts that nobody has tried yet.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader import utils
from traitlets import Float

from autograder.compat.nbconvert import PreparingExporter
from autograder.judging.verdicts import METADATA

INSTEAD = "This page shows the points and verdicts alone, because rendering the whole notebook took too long."


class PageTimeoutError(Exception):
    """Rendering a page took too long."""


class TimedPage(PreparingExporter):
    """The exporter that makes feedback. Its limit is for rendering, not for the preprocessors before that."""

    time_limit = Float(30, help="Seconds of processor time that rendering a page may take.").tag(config=True)

    ready: tuple[NotebookNode, dict[str, Any]] | None = None  # the page that is being made, before rendering

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of a notebook, or a shorter one if that takes too long."""
        self.ready = None
        page: tuple[str, dict[str, Any]]
        try:
            with clock():
                page = super().from_notebook_node(nb, resources, **kw)
        except PageTimeoutError:
            self.log.warning("A page took more than %g s to render: it shows the verdicts alone.", self.time_limit)
            page = super().from_notebook_node(nb, resources, **kw)
        return page

    def prepare(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Run the preprocessors once, and start the clock. The second time, leave only what is quick to render."""
        if self.ready is not None:
            shown, resources = self.ready
            shown.cells = [new_markdown_cell(INSTEAD), *map(_verdicts_alone, filter(_is_nbgraders, shown.cells))]
            return shown, resources
        self.ready = super().prepare(nb, resources)
        start(self.time_limit)
        return self.ready


def _is_nbgraders(cell: NotebookNode) -> bool:
    return bool(utils.is_grade(cell) or utils.is_solution(cell))


def _verdicts_alone(cell: NotebookNode) -> NotebookNode:
    if not utils.is_locked(cell):
        cell.source = ""
    if cell.cell_type == "code":
        cell.outputs = cell.outputs[: int(METADATA in cell.metadata)]
    return cell


@contextlib.contextmanager
def clock() -> Iterator[None]:
    """Catch the signal of the clock that `start` starts, if signals exist and reach this thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGVTALRM, _stop)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, handler)


def start(seconds: float) -> None:
    """Start the clock, if one can run. It repeats its signal, in case somebody catches the first error."""
    if hasattr(signal, "setitimer") and signal.getsignal(signal.SIGVTALRM) is _stop:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1)


def _stop(*_: object) -> None:
    raise PageTimeoutError
