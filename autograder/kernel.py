"""Inside a warm kernel: ipykernel, without work that it does twice or for nothing.

Whatever is done here, a notebook sees the same: a cold kernel is ipykernel's own.
"""

from typing import Any

from ipykernel import zmqshell
from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from traitlets import Type


class Stream(OutStream):
    """A stream that is at once through with sending nothing.

    IPython empties stdout and stderr before each display, hence before each record, and ipykernel's stream then waits
    for its thread whether or not there is something to send.
    """

    def flush(self) -> None:
        """Send what has been written, and wait until it has been sent."""
        if self._buffers:
            super().flush()  # type: ignore[no-untyped-call]  # ipykernel's


class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):
    """The shell, under the name by which libraries know a notebook.

    Kernel and shell each transform a cell, and each compile it to see whether it awaits something: once is enough.
    """

    _transformed: tuple[str, str] | None = None  # a cell and what it became, until somebody asks again
    _awaiting: tuple[str, bool] | None = None

    def transform_cell(self, raw_cell: str) -> str:
        """Return a cell as Python, with magics as calls."""
        known, self._transformed = self._transformed, None
        if known is None or known[0] != raw_cell:
            known = self._transformed = raw_cell, super().transform_cell(raw_cell)
        return known[1]

    def should_run_async(self, raw_cell: str, **kwargs: Any) -> bool:
        """Return whether a cell awaits something."""
        known, self._awaiting = self._awaiting, None
        if known is None or known[0] != raw_cell:
            known = self._awaiting = raw_cell, super().should_run_async(raw_cell, **kwargs)
        return known[1]


class Kernel(IPythonKernel):
    """The kernel, with that shell."""

    shell_class = Type(ZMQInteractiveShell)
