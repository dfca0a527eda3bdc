"""The test cells of the solutions keep to themselves: they take no name of a student's, and trust none."""

import ast
import builtins
import re
import statistics
import symtable
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.notebooknode import NotebookNode
from nbgrader import utils

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(ROOT.glob("solutions/*/*.ipynb"))


def cells_of(path: Path) -> list[NotebookNode]:
    return list(nbformat.read(path, as_version=4).cells)


def is_test(cell: NotebookNode) -> bool:
    return utils.is_grade(cell) and not utils.is_solution(cell) and cell.cell_type == "code"


def bound_names(source: str) -> set[str]:
    """Return the global names that a cell binds, those of `global` statements included."""
    top = symtable.symtable(source, "cell", "exec")
    own = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    return own | {name for name, symbol in inner_globals(top) if symbol.is_declared_global()}


def loaded_names(source: str) -> set[str]:
    """Return the global names that a cell looks up and does not bind itself."""
    top = symtable.symtable(source, "cell", "exec")
    own = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()}
    return (own | {name for name, _ in inner_globals(top)}) - bound_names(source)


def inner_globals(table: symtable.SymbolTable) -> Iterator[tuple[str, symtable.Symbol]]:
    for child in table.get_children():
        yield from ((symbol.get_name(), symbol) for symbol in child.get_symbols() if symbol.is_global())
        yield from inner_globals(child)


def names_that_the_text_tells(cells: list[NotebookNode]) -> set[str]:
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = [*re.findall(r"```.*?```", text, re.DOTALL), *re.findall(r"`[^`\n]+`", text)]
    return set(re.findall(r"\w+", " ".join(code)))


def given_names(cells: list[NotebookNode]) -> set[str]:
    """Return the names that read-only cells bind, those with an underscore in front left out: they are nobody's."""
    given = [cell for cell in cells if cell.cell_type == "code" and utils.is_locked(cell) and not is_test(cell)]
    return {name for cell in given for name in bound_names(cell.source) if not name.startswith("_")}


def test_names_are_found_in_nested_functions() -> None:
    source = "def f():\n    import os\n    def g():\n        return os, len, x\n    return [y for _ in g()]\nf()"
    assert bound_names(source) == {"f"}
    assert loaded_names(source) == {"len", "x", "y"}
    assert bound_names("def f():\n    global z\n    z = 1\nimport a.b as c\nfor i in (): pass") == {"f", "z", "c", "i"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_test_cell_binds_its_function_alone(path: Path) -> None:
    tests = {cell.metadata.nbgrader.grade_id: bound_names(cell.source) for cell in cells_of(path) if is_test(cell)}
    assert tests == {name: {"_test_" + name.removeprefix("test-").replace("-", "_")} for name in tests}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_test_cell_loads_only_its_exercises_answer_and_what_the_text_tells(path: Path) -> None:
    cells = cells_of(path)
    allowed = set(vars(builtins)) | (given_names(cells) & names_that_the_text_tells(cells))
    answers: set[str] = set()
    previous, unknown = None, {}
    for cell in (cell for cell in cells if cell.cell_type == "code"):
        if utils.is_solution(cell):
            answers = bound_names(cell.source) | (answers if previous == "solution" else set())
            previous = "solution"
        elif is_test(cell):
            unknown[cell.metadata.nbgrader.grade_id] = loaded_names(cell.source) - allowed - answers
            previous = "test"
    assert {name: names for name, names in unknown.items() if names} == {}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_read_only_cell_binds_only_names_that_the_text_tells(path: Path) -> None:
    cells = cells_of(path)
    assert given_names(cells) - names_that_the_text_tells(cells) == set()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_test_cell_records_what_its_checks_look_at(path: Path) -> None:
    missing = [cell.metadata.nbgrader.grade_id for cell in cells_of(path) if is_test(cell) and not requires(cell)]
    assert missing == []


def requires(cell: NotebookNode) -> bool:
    """Return whether a cell has a required record."""
    calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
    keywords = [keyword for call in calls if ast.unparse(call.func) == "record" for keyword in call.keywords]
    return any(keyword.arg == "required" and ast.unparse(keyword.value) == "True" for keyword in keywords)


RELEASED = sorted(ROOT.glob("assignments/*/*.ipynb"))
SHARED = ("how-it-works", "how-points-are-earned", "how-to-hand-in")  # the ids of the cells that tell the rules


def words_of(cell: NotebookNode) -> int:
    """Return how many words a cell has; signs alone, such as the bars of a table, are not words."""
    return sum(any(sign.isalnum() for sign in token) for token in cell.source.split())


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_texts_of_an_assignment_are_short(path: Path) -> None:
    words = {cell.id: words_of(cell) for cell in cells_of(path) if cell.cell_type == "markdown"}
    assert {name: count for name, count in words.items() if count > 120} == {}
    assert statistics.median(words.values()) <= 80


def test_all_assignments_have_the_same_rules() -> None:
    rules = [[cell.source for cell in cells_of(path) if cell.id in SHARED] for path in NOTEBOOKS + RELEASED]
    assert [len(texts) for texts in rules] == [len(SHARED)] * len(rules)
    assert all(texts == rules[0] for texts in rules)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_to_reread_is_a_section_of_a_lecture(path: Path) -> None:
    headings = {lecture.name[:2]: headings_of(lecture) for lecture in sorted(ROOT.glob("course/*.ipynb"))}
    places = [
        (lecture, section)
        for cell in cells_of(path)
        for read in re.findall(r'\bread="lecture ([^"]*)"', cell.source)
        for lecture, section in re.findall(r"(\d+), '([^']*)'", read)
    ]
    assert places
    assert [(lecture, section) for lecture, section in places if section not in headings[f"{lecture:0>2}"]] == []


def headings_of(path: Path) -> set[str]:
    text = "\n".join(cell.source for cell in cells_of(path) if cell.cell_type == "markdown")
    return set(re.findall(r"^#+ (.*)$", text, re.MULTILINE))
