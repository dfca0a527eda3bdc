"""Inside a warm kernel: ipykernel, without work that it does twice or for nothing.

Whatever is done here, a notebook sees the same: a cold kernel is ipykernel's own.
"""

import functools
from collections.abc import Callable
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


def once(method: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what a method of the shell makes of a cell until it is asked for the same a second time."""
    kept: dict[str, Any] = {}

    @functools.wraps(method)
    def asked(shell: Any, raw_cell: str, **kwargs: Any) -> Any:
        if raw_cell in kept:
            return kept.pop(raw_cell)
        kept.clear()
        kept[raw_cell] = method(shell, raw_cell, **kwargs)
        return kept[raw_cell]

    return asked


class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):
    """The shell, under the name by which libraries know a notebook.

    Kernel and shell each transform a cell, and each compile it to see whether it awaits something: once is enough.
    """

    transform_cell = once(zmqshell.ZMQInteractiveShell.transform_cell)
    should_run_async = once(zmqshell.ZMQInteractiveShell.should_run_async)


class Kernel(IPythonKernel):
    """The kernel, with that shell."""

    shell_class = Type(ZMQInteractiveShell)
