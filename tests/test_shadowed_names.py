"""A variable of the student's may be called like a name that test cells use: it costs no points."""

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from conftest import Command, graded, scores, small_notebook

Submit = Callable[..., Path]
RIGHT = "def double(x):\n    return x + x"
OTHER_NAMES = """numbers = [list("ab"), max(1, 2), sum(n for n in (1, 2)), len(list(arrangements("ab")))]
### BEGIN HIDDEN TESTS
record("numbers", numbers)
record("of builtins", lambda: [double(max(1, 3)), sum([double(1), 1]), len(list("ab"))])
### END HIDDEN TESTS"""


@pytest.fixture
def source(course: Path) -> Path:
    """The solution of an assignment with a second test cell, which uses builtins and another imported name."""
    path = course / "solutions" / "small" / "notebook.ipynb"
    nb = small_notebook()
    nb.cells[0].source += "\nfrom itertools import permutations as arrangements"
    nb.cells.append(graded(OTHER_NAMES, "test-names"))
    nb.cells[-1].metadata.nbgrader.update(grade=True, locked=True, points=2)
    nbformat.write(nb, path)
    return path


def hand_in(submit: Submit, source: Path, student: str, answer: str, variables: str) -> None:
    """Submit an answer, with a cell of the student's own below it."""
    nb = nbformat.read(source, as_version=4)
    nb.cells[1].source = answer
    nb.cells.insert(2, nbformat.v4.new_code_cell(variables, id="own"))
    submit(student, content=json.dumps(nb))


VARIABLES = {
    "record": "record = {'late': 2}",
    "checks": "checks = ['done']",
    "builtins": "sum = 0\nlist = [1]\nmax, len = 3, 2",
    "loop": "for record in range(3):\n    pass",
    "star": f"from numpy import *\nlist = 1\n{RIGHT}",
    "alias": "arrangements = 6",
    "module": "import math as record\nsys = None",
    "own-use": "record = {}\nold = double\ndef double(x):\n    record[x] = old(x)\n    return record[x]",
    "own-max": "max = 1\nold = double\ndef double(x):\n    return old(x) * max",
    "function": "def record(name, value, **more):\n    return None",
    "magic": "%time record = 1\n!true\nrecord = 2",
}


@pytest.mark.parametrize("road", [("autograder", "grade", "small"), ("nbgrader", "autograde", "small")])
def test_variables_called_like_names_of_a_test_cell_cost_nothing(
    road: tuple[str, ...], source: Path, course: Path, submit: Submit, command: Command
) -> None:
    for name, variables in VARIABLES.items():
        hand_in(submit, source, name, RIGHT, variables)
    hand_in(submit, source, "wrong", "def double(x):\n    return 6", "record = 1")
    assert command("autograder", "release").returncode == 0
    done = command(*road)
    assert done.returncode == 0, done.stderr
    assert scores(course) == dict.fromkeys(VARIABLES, 6.0) | {"wrong": 1.0}


def test_a_function_that_students_write_under_a_builtins_name_is_the_one_tested(
    source: Path, course: Path, submit: Submit, command: Command
) -> None:
    nb = nbformat.read(source, as_version=4)
    own = "def sum(numbers):\n    ### BEGIN SOLUTION\n    return 7\n    ### END SOLUTION"
    test = '### BEGIN HIDDEN TESTS\nrecord("own", lambda: sum([1]))\n### END HIDDEN TESTS'
    nb.cells = [*nb.cells[:3], graded(own, "sum", solution=True), graded(test, "test-sum")]
    nb.cells[-1].metadata.nbgrader.update(grade=True, locked=True, points=2)
    nbformat.write(nb, source)
    for student, answer in {"right": "def sum(numbers):\n    return 7", "wrong": "# nothing"}.items():
        nb = nbformat.read(source, as_version=4)
        nb.cells[1].source, nb.cells[3].source = RIGHT, answer
        submit(student, content=json.dumps(nb))
    done = command("autograder", "grade", "small")
    assert done.returncode == 0, done.stderr
    assert scores(course) == {"right": 6.0, "wrong": 4.0}
