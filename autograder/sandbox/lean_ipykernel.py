"""Makes ipykernel faster inside a warm kernel, by leaving out work that it does twice or without effect.

A notebook must not notice it, because a cold kernel runs plain ipykernel.
"""

import functools
from collections.abc import Callable
from typing import Any

from ipykernel import zmqshell
from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from traitlets import Type

from autograder.compat.ipykernel import has_unsent_text


class Stream(OutStream):
    """An output stream whose flush() returns at once if its buffer is empty.

    IPython flushes stdout and stderr before each display, so before each record. ipykernel's own stream then waits for
    its thread even if there is nothing to send.
    """

    def flush(self) -> None:
        """Send buffered text, and wait until it has been sent."""
        if has_unsent_text(self):
            super().flush()  # type: ignore[no-untyped-call]  # ipykernel's


def computed_once(method: Callable[..., Any]) -> Callable[..., Any]:
    """Keep a shell method's result for a cell until the method is called for the same cell a second time."""
    results: dict[str, Any] = {}

    @functools.wraps(method)
    def wrapper(shell: Any, raw_cell: str, **kwargs: Any) -> Any:
        if raw_cell in results:
            return results.pop(raw_cell)
        results.clear()
        results[raw_cell] = method(shell, raw_cell, **kwargs)
        return results[raw_cell]

    return wrapper


class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):
    """ipykernel's shell. It has the same name, because libraries recognise a notebook by it.

    Kernel and shell each transform a cell, and each compile it to see whether it uses await. Once is enough.
    """

    transform_cell = computed_once(zmqshell.ZMQInteractiveShell.transform_cell)
    should_run_async = computed_once(zmqshell.ZMQInteractiveShell.should_run_async)


class Kernel(IPythonKernel):
    """ipykernel's kernel with this shell."""

    shell_class = Type(ZMQInteractiveShell)
