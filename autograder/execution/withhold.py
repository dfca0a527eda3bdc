"""Withhold: hidden tests without what only the reference solution's run may know.

A student's kernel runs the calls of `record`, and what is in their arguments is in its reach.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator

from autograder.execution.python_cells import LINE_END, offsets_of_lines, parsed

_REFERENCES_OWN = ("rule", "weight", "required", "hint")  # arguments of record() that count in the reference alone
_GAP = rb"(?:[ \t\f\r\n\\]|#[^\r\n]*[\r\n])*"  # what may stand between an argument and its comma
_TO_COMMA = re.compile(_GAP + rb",(?:[ \t]*#[^\r\n]*)?")
_COMMENT = re.compile(rb"[ \t]*#[^\r\n]*")


@functools.lru_cache(maxsize=1000)  # every submission of an assignment has the same tests
def without_rules(source: str) -> str:
    """Return a cell's source without the arguments of `record` that count in the reference alone.

    These are `rule`, `weight`, `required` and `hint`, with the comments behind them: a student could answer with what
    the rule accepts. Lines keep their numbers. What the author assigned to a variable before, or passes as `**options`,
    stays, and so does all of a source that is no Python (but for lines of % and !).
    """
    tree = parsed(source)
    if tree is None:
        return source
    text = source.encode()
    pieces, done, starts = [], 0, offsets_of_lines(text)
    for first, last in sorted(_own_arguments(tree, starts)):
        if first >= done:  # else it stands in what is cut already
            pieces.append(text[done:first])
            done = _end_of_argument(text, last)
            pieces += LINE_END.findall(text[first:done])
    return b"".join([*pieces, text[done:]]).decode()


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
