"""The tests' tests: a case that does not get what it declares is found, also where it shares a submission."""

from pathlib import Path

import nbformat
import pytest
from conftest import Command, graded

from autograder.bank.cases import Case
from autograder.bank.verify import has_checks, packs

TESTS = {"double": {"test-double", "test-double-2"}, "triple": {"test-triple"}, "halve": {"test-triple"}}
HEAD = '# /// case\n# summary = "…"\n{}# ///\n'


def case(name: str, *cells: str, base: str = "solution") -> Case:
    return Case(name, "", base=base, cells=dict.fromkeys(cells, "pass"))


def test_cases_share_a_submission_only_where_no_test_cell_is_common() -> None:
    cases = [case("a", "double"), case("b", "triple"), case("c", "halve"), case("d", "double"), case("reference")]
    cases += [case("e", "triple", base="release")]
    assert [[one.name for one in pack] for pack in packs(cases, TESTS)] == [
        ["a", "b"],
        ["c", "d"],
        ["reference"],
        ["e"],
    ]


@pytest.fixture
def course(course: Path) -> Path:
    """The small course with a required record for what its visible check looks at."""
    path = course / "solutions" / "small" / "notebook.ipynb"
    nb = nbformat.read(path, as_version=4)
    required = 'record("of three", lambda: double(3), required=True)'
    nb.cells[2].source = nb.cells[2].source.replace('record("of zero"', f'{required}\nrecord("of zero"')
    nbformat.write(nb, path)
    return path.parents[2]


@pytest.fixture
def bank(course: Path) -> Path:
    """The small course with a second exercise, released, and an empty bank of answers."""
    path = course / "solutions" / "small" / "notebook.ipynb"
    nb = nbformat.read(path, as_version=4)
    solution = "def triple(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n    ### END SOLUTION"
    test = 'with checks.exercise(2, "Triple"):\n    checks.equal(triple(1), 3)\n### BEGIN HIDDEN TESTS\n'
    test += 'record("of one", lambda: triple(1), required=True)\n'
    test += 'record("of two", lambda: triple(2))\n### END HIDDEN TESTS'
    nb.cells += [
        graded(solution, "triple", solution=True),
        graded(test, "test-triple", grade=True, locked=True, points=2),
    ]
    nbformat.write(nb, path)
    folder = course / "tests" / "submissions" / "small"
    folder.mkdir(parents=True)
    return folder


def test_cases_that_get_what_they_declare_are_no_surprise(bank: Path, command: Command) -> None:
    (bank / "other.py").write_text(HEAD.format("") + "# %% triple\ntriple = lambda x: x + x + x\n")
    wrong = '# points = { test-double = 1 }\n# hints = { test-double = "secret-hint" }\n'
    (bank / "adds.py").write_text(HEAD.format(wrong) + "# %% double\ndef double(x):\n    return int(x) * 2\n")
    command("autograder", "release", "small")
    result = command("autograder", "verify", "small")
    assert (result.returncode, result.stderr.strip()) == (0, "")


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("", "small: adds: test-double earned 1, declared 4"),
        (
            "# points = { test-double = 1 }\n# hints = { test-double = 'no such' }\n",
            "test-double did not show 'no such'",
        ),
        ("# points = { test-double = 1, test-quadruple = 1 }\n", "test-quadruple is declared, but no graded cell"),
    ],
)
def test_a_case_that_gets_something_else_is_named(bank: Path, command: Command, block: str, said: str) -> None:
    (bank / "other.py").write_text(HEAD.format("") + "# %% triple\ntriple = lambda x: x + x + x\n")
    (bank / "adds.py").write_text(HEAD.format(block) + "# %% double\ndef double(x):\n    return int(x) * 2\n")
    command("autograder", "release", "small")
    result = command("autograder", "verify", "small")
    assert result.returncode == 1
    assert said in result.stderr
    assert "other:" not in result.stderr


def test_an_outdated_release_is_found(bank: Path, command: Command) -> None:
    command("autograder", "release", "small")
    path = bank.parents[2] / "assignments" / "small" / "notebook.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("Triple", "Treble"), encoding="utf-8")
    result = command("autograder", "verify", "small")
    assert result.returncode == 1
    assert "notebook.ipynb is not what release makes" in result.stderr


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("BEGIN HIDDEN TESTS", "BEGIN HIDDEN TEST", "small: test-double shows a hidden test to students"),
        ("weight=3", "weight=0", "small: test-double has a record of no weight, which earns nobody a point"),
        (
            "record(",
            "(lambda *given, **options: 0)(",
            "small: test-double records nothing, so its points can be forged",
        ),
        (
            ", required=True",
            ", weight=2",
            "small: test-double has visible checks that student code can switch off",
        ),
        (
            'hint=\\"Zero is a number too.\\"',
            'rule={\\"kind\\": \\"between\\", \\"low\\": 0, \\"high\\": 1}',
            "small: test-double gives 25% of its points for any value of the right form",
        ),
    ],
)
def test_a_test_cell_that_shows_too_much_or_grades_too_little_is_found(
    course: Path, command: Command, before: str, after: str, said: str
) -> None:
    path = course / "solutions" / "small" / "notebook.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after))
    command("autograder", "release", "small")
    result = command("autograder", "verify", "small")
    assert result.returncode == 1
    assert said in result.stderr


@pytest.mark.parametrize(
    ("source", "checks"),
    [
        ("from coursekit import checks\n# nothing yet", False),
        ("example = double(3)\nprint(example)", False),
        ("with checks.exercise(1, 'Double'):\n    checks.equal(double(3), 6)", True),
        ("def test():\n    assert double(3) == 6", True),
        ("%matplotlib inline", False),
    ],
)
def test_a_cell_has_checks_if_it_asserts_or_calls_something(source: str, checks: bool) -> None:
    assert has_checks(source) == checks
