"""Page time: a page of feedback that takes too long to render is replaced by one with the verdicts alone.

nbgrader renders the pages of a class one after the other in its own process. `bounds` keeps what is known
to be slow small; this limit is for what nobody has tried yet.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader import utils
from traitlets import Float

from autograder.judging.verdicts import METADATA

INSTEAD = "This page shows the points and verdicts alone, because rendering the whole notebook took too long."


class PageTimeoutError(Exception):
    """Rendering a page took too long."""


class TimedPage(HTMLExporter):  # type: ignore[misc]  # nbconvert carries no types
    """The exporter that feedback is made with; what preprocessors do before rendering has no limit here."""

    time_limit = Float(30, help="Seconds of processor time that rendering a page may take.").tag(config=True)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of a notebook, or a shorter one if that takes too long."""
        self.ready: tuple[NotebookNode, dict[str, Any]] | None = None
        page: tuple[str, dict[str, Any]]
        try:
            with clock():
                page = super().from_notebook_node(nb, resources, **kw)
        except PageTimeoutError:
            self.log.warning("A page took more than %g s to render: it shows the verdicts alone.", self.time_limit)
            page = super().from_notebook_node(nb, resources, **kw)
        return page

    def _preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Do what comes before rendering, once; of a page that took too long, leave what is quick to render."""
        if self.ready is not None:
            shown, resources = self.ready
            shown.cells = [new_markdown_cell(INSTEAD), *map(_verdicts_alone, filter(_is_nbgraders, shown.cells))]
            return shown, resources
        self.ready = super()._preprocess(nb, resources)
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
    """Have what `start` starts raise PageTimeoutError here, if signals exist and reach this thread."""
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
    """Start the clock, if one can run; it rings again, in case the first error is caught on its way."""
    if hasattr(signal, "setitimer") and signal.getsignal(signal.SIGVTALRM) is _stop:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1)


def _stop(*_: object) -> None:
    raise PageTimeoutError
