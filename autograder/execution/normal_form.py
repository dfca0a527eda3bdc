"""Normal form: what of a test cell decides how it runs.

Comments, line breaks, and the arguments of `record` by which answers are judged decide nothing while a notebook is
executed. Two test cells of the same normal form give the same records. So an author can correct a rule, a tolerance,
a weight or a hint, and what has been executed still holds.
"""

from __future__ import annotations

import ast
import functools
import re

from autograder.execution.python_cells import parsed

# Arguments of record() that count in the reference alone.
JUDGED_BY = frozenset({"rule", "rtol", "atol", "weight", "required", "hint"})
RULES = frozenset({"accuracy", "alike", "between", "distinct", "one_of", "unordered"})
GRADER = "autograder"
LITERALS = (
    ast.Constant,
    ast.Dict,
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.UnaryOp,
    ast.BinOp,
    ast.operator,
    ast.unaryop,
    ast.expr_context,
)
# A line that may mean something to IPython which its syntax tree does not show: a command, help, a hidden result.
FOR_IPYTHON = re.compile(r"^[ \t]*[%!?]|[?;][ \t]*(#.*)?$", re.MULTILINE)


@functools.lru_cache(maxsize=4000)  # every submission of an assignment has the same tests
def normal_form(source: str) -> str:
    """Return a text that is the same for all sources of a test cell that run alike.

    A source that is not plain Python stays as it is.
    """
    tree = None if FOR_IPYTHON.search(source) else parsed(source)
    if tree is None:
        return source
    _Split().visit(tree)
    _Cut(_names_of_options(tree)).visit(tree)
    while _remove_unused(tree):
        pass
    return ast.dump(tree)


class _Split(ast.NodeTransformer):
    """Writes `a, b = 1, 2` as two assignments."""

    def visit_Assign(self, node: ast.Assign) -> ast.Assign | list[ast.Assign]:
        """Return one assignment for each name."""
        self.generic_visit(node)
        (target, *others), value = node.targets, node.value
        if others or not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple):
            return node
        if len(target.elts) != len(value.elts) or not all(isinstance(name, ast.Name) for name in target.elts):
            return node
        return [ast.Assign([name], one) for name, one in zip(target.elts, value.elts, strict=True)]


class _Cut(ast.NodeTransformer):
    """Removes from calls of `record` what answers are judged by."""

    def __init__(self, options: frozenset[str]) -> None:
        """Take the names of variables that hold nothing but such arguments."""
        self.options = options

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Leave the name and the value in a call of `record`."""
        self.generic_visit(node)
        if getattr(node.func, "id", getattr(node.func, "attr", None)) == "record":
            node.keywords = [one for one in node.keywords if not self._judges(one)]
        return node

    def _judges(self, argument: ast.keyword) -> bool:
        if argument.arg is None:
            return _are_options(argument.value) or getattr(argument.value, "id", None) in self.options
        return argument.arg in JUDGED_BY


def _names_of_options(tree: ast.AST) -> frozenset[str]:
    """Return the names that a cell binds only to dictionaries of arguments that answers are judged by."""
    bindings = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    bound = [node.id for node in bindings]
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and _are_options(node.value)]
    names = [_target(node) for node in assigned]
    return frozenset(name for name in names if name and bound.count(name) == names.count(name))


def _are_options(value: ast.AST) -> bool:
    keys = value.keys if isinstance(value, ast.Dict) else []
    return bool(keys) and all(isinstance(key, ast.Constant) and key.value in JUDGED_BY for key in keys)


def _target(node: ast.Assign) -> str | None:
    (first, *others) = node.targets
    return first.id if isinstance(first, ast.Name) and not others else None


def _remove_unused(tree: ast.Module) -> bool:
    """Remove assignments and imports that only the cut arguments used; return whether there were any."""
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            read.add(node.target.id)
        if isinstance(node, ast.Global | ast.Nonlocal):
            read.update(node.names)
    return _prune(tree, read, local=False)


def _prune(node: ast.AST, read: set[str], local: bool) -> bool:
    """Remove what is unused below a node; `local`: names that are bound there exist only in a function."""
    local = not isinstance(node, ast.ClassDef) and (local or isinstance(node, ast.FunctionDef))
    removed = False
    for name, body in ast.iter_fields(node):
        if isinstance(body, list) and any(isinstance(one, ast.stmt) for one in body):
            for one in body:
                if isinstance(one, ast.ImportFrom) and (one.module or "").partition(".")[0] == GRADER:
                    one.names = [alias for alias in one.names if not _unused_rule(alias, read)]
            kept = [one for one in body if not _unused(one, read, local)]
            removed |= len(kept) < len(body)
            setattr(node, name, kept)
    return removed or any(_prune(child, read, local) for child in ast.iter_child_nodes(node))


def _unused_rule(alias: ast.alias, read: set[str]) -> bool:
    return alias.name in RULES and (alias.asname or alias.name) not in read


def _unused(statement: ast.stmt, read: set[str], local: bool) -> bool:
    """Return whether only judging could need a statement; a later cell may read what is bound globally."""
    if isinstance(statement, ast.ImportFrom):
        return not statement.names
    if not isinstance(statement, ast.Assign) or (_target(statement) or "") in {"", *read}:
        return False
    if _are_options(statement.value) or _is_rule(statement.value):
        return True
    return local and all(isinstance(part, LITERALS) for part in ast.walk(statement.value))


def _is_rule(value: ast.AST) -> bool:
    return isinstance(value, ast.Call) and getattr(value.func, "id", getattr(value.func, "attr", None)) in RULES
