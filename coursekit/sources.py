"""Reads the source of notebook cells: what a check looks at, forgotten stubs, and cells that are not valid Python."""

from __future__ import annotations

import ast
import linecache
import re
import warnings
from types import TracebackType
from typing import Any

from IPython.core.getipython import get_ipython

DEFINITION = re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)


def checked_expression(trace: TracebackType) -> str:
    """Return the source of the expression that a failed check looks at, for instance `pad([[5, 6], [7]])`.

    Args:
        trace: the traceback of the failure, from the frame of the test cell on.

    Returns:
        The source, or "" if the line holds no check.
    """
    tree, line = _tree_of(trace.tb_frame.f_code.co_filename), trace.tb_lineno
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    # The outermost call on the line is the check itself. `ast.walk` yields it first.
    spans = (call for call in calls if call.lineno <= line <= (call.end_lineno or 0))
    check = next((call for call in spans if ast.unparse(call.func).startswith("checks.")), None)
    if check is None:
        return ""
    name = ast.unparse(check.func)
    if name == "checks.unchanged":  # the code inside may have edited the values
        blocks = [node for node in ast.walk(tree) if isinstance(node, ast.With)]
        inside = [block.body[0] for block in blocks for item in block.items if item.context_expr is check]
        return ast.unparse(inside[0]) if inside else ""
    # Show the call, not the error that it should raise.
    first = check.args[1 if name == "checks.raises" else 0]
    return ast.unparse(first.body if isinstance(first, ast.Lambda) else _without_variable(first, tree))


def _without_variable(expression: ast.expr, tree: ast.Module) -> ast.expr:
    """Replace a variable by the call that gave it its value: `X[0]` becomes `pad(rows)[0]`."""
    if isinstance(expression, ast.Subscript):
        return ast.Subscript(_without_variable(expression.value, tree), expression.slice, expression.ctx)
    if isinstance(expression, ast.Call) and ast.unparse(expression.func) == "len":
        return ast.Call(expression.func, [_without_variable(expression.args[0], tree)], [])
    if isinstance(expression, ast.Name):
        value = _last_assigned(expression, tree)
        if value is not None and any(isinstance(node, ast.Call | ast.Name) for node in ast.walk(value)):
            return _without_variable(value, tree)
    return expression


def _last_assigned(variable: ast.Name, tree: ast.Module) -> ast.expr | None:
    """Return the expression that was last assigned to a variable, or None if it got its value in another way."""
    values: dict[ast.expr, ast.expr] = {}
    for assignment in (node for node in ast.walk(tree) if isinstance(node, ast.Assign)):
        for target in assignment.targets:
            values |= _pairs(target, assignment.value)
    bindings = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Store)
        and node.id == variable.id
        and node.lineno < variable.lineno
    ]
    return values.get(max(bindings, key=lambda node: node.lineno)) if bindings else None


def _pairs(target: ast.expr, value: ast.expr) -> dict[ast.expr, ast.expr]:
    """Return {target: value}; if both are tuples of the same length, one pair per part."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return dict(zip(target.elts, value.elts, strict=True))
    return {target: value}


def innermost(trace: TracebackType) -> TracebackType:
    """Return the last part of a traceback: the place where the error was raised."""
    while trace.tb_next:
        trace = trace.tb_next
    return trace


def forgotten_raise(trace: TracebackType) -> str:
    """Return the name of the function that raised, or "" for a stub: only a docstring and a `raise`."""
    place = innermost(trace)
    functions = [
        node
        for node in ast.walk(_tree_of(place.tb_frame.f_code.co_filename))
        if isinstance(node, ast.FunctionDef) and node.lineno <= place.tb_lineno <= (node.end_lineno or 0)
    ]
    if not functions:
        return ""
    function = max(functions, key=lambda node: node.lineno)
    statements = [node for node in function.body if not (isinstance(node, ast.Expr) and _is_text(node.value))]
    is_stub = len(statements) == 1 and isinstance(statements[0], ast.Raise)
    return "" if is_stub else function.name


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def invalid_cell(names: set[str]) -> tuple[str, SyntaxError] | None:
    """Return a name whose latest definition is in a cell that is not valid Python, and the error.

    Such a cell defines nothing, so a check sees an older version of the name, or none.

    Args:
        names: the names that a test cell uses.

    Returns:
        The name and the error, or None if there is no such cell.
    """
    shell: Any = get_ipython()
    waiting = set(names)
    for cell in reversed(shell.history_manager.input_hist_raw if shell else []):
        defined = waiting.intersection(DEFINITION.findall(cell))
        if defined and (error := _syntax_error(shell, cell)):
            return min(defined), error
        waiting -= defined
    return None


def _syntax_error(shell: Any, cell: str) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the cell itself has shown the warnings
            compile(shell.transform_cell(cell), "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        return error
    return None


def names_in(filename: str) -> set[str]:
    """Return the names that a cell uses."""
    return {node.id for node in ast.walk(_tree_of(filename)) if isinstance(node, ast.Name)}


def _tree_of(filename: str) -> ast.Module:
    """Return the syntax tree of a cell, or an empty tree if its source is not known."""
    try:
        tree: ast.Module = ShortNames().visit(ast.parse("".join(linecache.getlines(filename))))
    except SyntaxError:
        return ast.Module([], [])
    return tree


class ShortNames(ast.NodeTransformer):
    """Puts names back where a grader wrote how to import the object: `__import__("builtins").sum` becomes `sum`.

    A grader does so if a variable of the student's has that name. Messages show the short form.
    """

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:  # ast looks for this name
        """Return the name after an import of the module that has it."""
        arguments = _arguments(node.value, "__import__")
        if arguments and (len(arguments) > 1 or arguments == ["builtins"]):
            return ast.copy_location(ast.Name(node.attr, ast.Load()), node)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:  # likewise
        """Return the name of an imported module."""
        is_module = isinstance(node.func, ast.Attribute) and _arguments(node.func.value, "__import__") == ["importlib"]
        arguments = _arguments(node, "__import__") or (_arguments(node, "import_module") if is_module else [])
        return ast.copy_location(ast.Name(arguments[0], ast.Load()), node) if arguments else self.generic_visit(node)


def _arguments(node: ast.expr, function: str) -> list[str]:
    """Return the text that a call of a function has as its first argument, and the names of its other arguments."""
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return []
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    keywords = [keyword.arg or "" for keyword in node.keywords]
    return [str(node.args[0].value), *keywords] if called == function else []
