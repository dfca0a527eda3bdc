"""Shadowed: test cells that keep their meaning when a student's variable is called like a name they use.

All cells of a notebook share one namespace. A variable `record = {}` or `sum = 0` of the student's would break every
later test cell, and the student's functions may need that variable. So such a name is replaced in the test cell alone,
by an expression that finds the object anew: `sum` becomes `__import__("builtins").sum`. The reference solution decides
which names these are: builtins, and what a locked cell imports, unless the solution gives them another meaning.
"""

from __future__ import annotations

import ast
import builtins
import functools
import re
import symtable
from collections.abc import Iterator, Mapping

from nbformat.notebooknode import NotebookNode
from nbgrader import utils

from autograder.execution.python_cells import offsets_of_lines, parsed, runnable

Names = tuple[tuple[str, str], ...]  # name -> expression that means the same in any namespace

BUILTINS = {name: f'__import__("builtins").{name}' for name in dir(builtins) if not name.startswith("_")}
STAR = "*"  # stands for every name
GRADER = "autograder"  # imports from this package are the course's own in unlocked cells, too
# Where a text may bind a name: behind a keyword or a comma, or before a comma or an assignment.
_BINDING = re.compile(
    r"\b(?:def|class|as|import|global|nonlocal|for|del)[ \t(]+([^\W\d]\w*)"
    r"|(?<![\w.])([^\W\d]\w*)(?=[ \t]*(?:,|(?::[^=\n]{0,100})?=(?!=)|[-+*/@%&|^<>]{1,3}=))"
    r"|,\s*([^\W\d]\w*)"
)
_ANY_NAME = re.compile(r"\bimport[ \t(]+\*|^[ \t]*%(?:pylab|run|load)|\b(?:exec|globals|user_ns)\b", re.MULTILINE)
FORMATTED = tuple(getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name))


def names_of_tests(nb: NotebookNode) -> Names:
    """Return the names that test cells can rely on, whatever students bind: for an executed reference solution.

    Returns:
        Pairs of a name and an expression, sorted.
    """
    imports: dict[str, set[str]] = {}
    others: set[str] = set()
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        imported = dict(_imports(cell.source))
        if not utils.is_locked(cell):
            imported = {name: expression for name, expression in imported.items() if f'"{GRADER}' in expression}
        for name, expression in imported.items():
            imports.setdefault(name, set()).add(expression)
        others |= bound(cell.source) - imported.keys()
    if STAR in others:
        return ()
    means = BUILTINS | {name: several.pop() for name, several in imports.items() if len(several) == 1}
    lost = others | (imports.keys() & BUILTINS.keys()) | {name for name, several in imports.items() if len(several) > 1}
    return tuple(sorted((name, expression) for name, expression in means.items() if name not in lost))


def shadowed(nb: NotebookNode, names: Names) -> Names:
    """Return those of `names` that an unlocked cell of a submission may bind; too many do no harm.

    The student's code is searched as text: a parser can be made to take much time and memory.
    """
    source = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "code" and not utils.is_locked(cell))
    if not names or _ANY_NAME.search(source):
        return names
    known = dict(names)
    taken = {name for match in _BINDING.finditer(source) for name in match.groups() if name in known}
    return tuple(pair for pair in names if pair[0] in taken)


@functools.lru_cache(maxsize=1000)
def unshadowed(source: str, names: Names) -> str:
    """Return the source of a test cell with `names` replaced, except for those that the cell binds itself.

    Lines keep their numbers. Names in formatted strings stay, because Python 3.11 does not tell where they stand.
    """
    tree = parsed(source) if names else None
    if tree is None:
        return source
    own = bound(source, everywhere=True)
    expressions = {name: expression for name, expression in names if name not in own and STAR not in own}
    text = source.encode()
    starts = offsets_of_lines(text)
    for node in sorted(_loads(tree, expressions), key=lambda node: (node.lineno, node.col_offset), reverse=True):
        first = starts[node.lineno - 1] + node.col_offset
        text = text[:first] + expressions[node.id].encode() + text[first + len(node.id.encode()) :]
    return text.decode()


@functools.lru_cache(maxsize=4000)
def bound(source: str, everywhere: bool = False) -> frozenset[str]:
    """Return the global names that the author's cell binds, with `everywhere` its functions' own; STAR for all."""
    code = runnable(source)
    try:
        tables = [symtable.symtable(code, "cell", "exec")] if code else []
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # it cannot be run
        return frozenset()
    bound_names: set[str] = {STAR} if any(name == STAR for name, _ in _imports(source, stars=True)) else set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for symbol in table.get_symbols():
            is_global = table.get_type() == "module" or symbol.is_declared_global()
            if (symbol.is_assigned() or symbol.is_parameter()) and (is_global or everywhere):
                bound_names.add(symbol.get_name())
    return frozenset(bound_names)


def _imports(source: str, stars: bool = False) -> Iterator[tuple[str, str]]:
    """Yield name and expression of each absolute import of a cell; with `stars`, those of all names."""
    tree = parsed(source)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    yield alias.asname, f'__import__("importlib").import_module("{alias.name}")'
                else:
                    top = alias.name.partition(".")[0]
                    yield top, f'__import__("{top}")'
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if (alias.name == STAR) == stars:
                    yield (
                        alias.asname or alias.name,
                        f'__import__("{node.module}", fromlist=["{alias.name}"]).{alias.name}',
                    )


def _loads(tree: ast.AST, expressions: Mapping[str, str]) -> Iterator[ast.Name]:
    """Yield the places where a cell reads one of the names, except inside formatted strings."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, FORMATTED):
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in expressions:
            yield node
