"""Withhold: hidden tests without what only the reference solution's run may know.

A student's kernel runs the calls of `record`, and what is in their arguments is in its reach.
"""

from __future__ import annotations

import ast
import functools
import re
import threading
import warnings
from collections.abc import Iterator

_REFERENCES_OWN = ("rule", "weight", "required", "hint")  # arguments of record() that count in the reference alone
_LINE_END = re.compile(rb"\r\n|\r|\n")  # as Python counts lines
_COMMAND = re.compile(r"^([ \t]*)[%!][^\r\n]*", re.MULTILINE)  # a line for IPython
_GAP = rb"(?:[ \t\f\r\n\\]|#[^\r\n]*[\r\n])*"  # what may stand between an argument and its comma
_TO_COMMA = re.compile(_GAP + rb",(?:[ \t]*#[^\r\n]*)?")
_COMMENT = re.compile(rb"[ \t]*#[^\r\n]*")
_parsing = threading.Lock()  # https://github.com/python/cpython/issues/106905: two threads at it raise SystemError


@functools.lru_cache(maxsize=1000)  # every submission of an assignment has the same tests
def without_rules(source: str) -> str:
    """Return a cell's source without the arguments of `record` that count in the reference alone.

    These are `rule`, `weight`, `required` and `hint`, with the comments behind them: a student could answer with what
    the rule accepts. Lines keep their numbers. What the author assigned to a variable before, or passes as `**options`,
    stays, and so does all of a source that is no Python (but for lines of % and !).
    """
    tree = _parsed(source)
    if tree is None:
        return source
    text = source.encode()
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    kept, done = [], 0
    for first, last in sorted(_own_arguments(tree, starts)):
        if first >= done:  # else it stands in what is cut already
            kept.append(text[done:first])
            done = _end_of_argument(text, last)
            kept += _LINE_END.findall(text[first:done])
    return b"".join([*kept, text[done:]]).decode()


def _parsed(source: str) -> ast.Module | None:
    """Return the syntax tree of a cell, None where it is no Python; a line for IPython counts as `pass`."""
    for version in (source, _COMMAND.sub(r"\1pass", source)):
        with _parsing, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what the cell says: who runs it hears of it
            try:
                return ast.parse(version)
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                continue
    return None


def _own_arguments(tree: ast.Module, starts: list[int]) -> Iterator[tuple[int, int]]:
    """Yield where, in bytes, the arguments begin and end that are the reference's own."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.JoinedStr):  # before Python 3.12, what is in it has no true position
            continue
        waiting += ast.iter_child_nodes(node)
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        for argument in node.keywords if isinstance(node, ast.Call) and name == "record" else ():
            if argument.arg in _REFERENCES_OWN:
                ends = starts[(argument.end_lineno or 1) - 1] + (argument.end_col_offset or 0)
                yield starts[argument.lineno - 1] + argument.col_offset, ends


def _end_of_argument(text: bytes, end: int) -> int:
    """Return where the comma and the comment end that belong to an argument ending at `end`."""
    found = _TO_COMMA.match(text, end) or _COMMENT.match(text, end)
    return found.end() if found else end
