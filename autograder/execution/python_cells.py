"""Python cells: a cell's source as Python reads it, although it may hold lines for IPython."""

from __future__ import annotations

import ast
import re
import threading
import warnings

LINE_END = re.compile(rb"\r\n|\r|\n")  # as Python counts lines
_COMMAND = re.compile(r"^([ \t]*)[%!][^\r\n]*", re.MULTILINE)  # a line for IPython
_parsing = threading.Lock()  # https://github.com/python/cpython/issues/106905: two threads at it raise SystemError


def parsed(source: str) -> ast.Module | None:
    """Return the syntax tree of a cell, None if it is no Python; a line for IPython counts as `pass`."""
    return _read(source)[0]


def runnable(source: str) -> str | None:
    """Return a cell's source with `pass` in place of its lines for IPython, None if it is no Python."""
    return _read(source)[1]


def _read(source: str) -> tuple[ast.Module | None, str | None]:
    for version in (source, _COMMAND.sub(r"\1pass", source)):
        with _parsing, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what the cell says: who runs it hears of it
            try:
                return ast.parse(version), version
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                continue
    return None, None


def offsets_of_lines(text: bytes) -> list[int]:
    """Return where the lines of a cell begin, in bytes."""
    return [0, *(end.end() for end in LINE_END.finditer(text))]
