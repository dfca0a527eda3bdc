"""The checks: what holds, what fails, and what the student then reads."""

import ast
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from coursekit import checks, differences
from coursekit.sources import ShortNames

RunCells = Callable[..., Any]


def message(check: Callable[..., object], *args: Any, **options: Any) -> dict[str, str]:
    """Return the items of a failing check's message as a dictionary."""
    with pytest.raises(checks.CheckFailed) as failure:
        check(*args, **options)
    return dict(line.split(": ", 1) for line in str(failure.value).splitlines())


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (np.array([[5, 6], [7, 0]]), [[5, 6], [7, 0]]),
        (np.array([1, 2], np.int32), np.array([1, 2], np.int64)),
        (jnp.array([1.0, 2.0]), np.array([1.0, 2.0], np.float32)),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])),
        (np.array(["a", "b"]), np.array(["a", "b"])),
        (np.zeros((0, 4), np.int32), np.zeros((0, 4), np.int32)),
        ([np.int64(3), 4], [3, 4]),
        ({"a": [1, 2]}, {"a": [1, 2]}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (("x", None), ("x", None)),
        (np.float64(1.0), 1),
        (1, 1.0),
        ({1, 2}, {2, 1}),
        ("", ""),
    ],
    ids=repr,
)
def test_equal_values_pass(got: Any, expected: Any) -> None:
    checks.equal(got, expected)
    checks.close(got, expected)


@pytest.mark.parametrize(
    ("got", "expected", "came", "wanted"),
    [
        ([1, 2], np.array([1, 2]), "[1, 2], of type list", "an array: [1, 2]"),
        (None, np.array([1]), "None: is a return missing?", "an array: [1]"),
        (np.array([1.0]), [1], "decimal numbers: [1.]", "whole numbers: [1]"),
        (np.array([True]), [1], "truth values: [ True]", "whole numbers: [1]"),
        (np.ones(3), np.ones((3, 1)), "shape (3,): [1., 1., 1.]", "shape (3, 1): [[1.], [1.], [1.]]"),
        (True, 1, "True, of type bool", "type int: 1"),
        ("1", 1, "'1', of type str", "type int: 1"),
        ((1, 2), [1, 2], "(1, 2), of type tuple", "type list: [1, 2]"),
        ([1], [1, 2], "length 1: [1]", "length 2: [1, 2]"),
        (2, 3, "2", "3"),
        (np.int32(2), 3, "2", "3"),
    ],
    ids=repr,
)
def test_type_and_shape_come_before_values(got: Any, expected: Any, came: str, wanted: str) -> None:
    told = message(checks.equal, got, expected)
    assert (came, wanted) == (told["got"], told["expected"])
    assert "where" not in told


@pytest.mark.parametrize(
    ("got", "expected", "where"),
    [
        (
            np.array([[5, 6], [0, 7]]),
            [[5, 6], [7, 0]],
            "2 of 4 values differ, the first at [1, 0]: 0 instead of 7",
        ),
        (
            np.array([np.nan, 1.0]),
            np.array([2.0, 1.0]),
            "1 of 2 values differ, the first at [0]: nan instead of 2",
        ),
        (
            np.array([np.inf]),
            np.array([-np.inf]),
            "1 of 1 values differ, the first at [0]: inf instead of -inf",
        ),
        (["a", "B"], ["a", "b"], "1 of 2 values differ, the first at [1]: 'B' instead of 'b'"),
        ({"a": 1}, {"a": 2}, "1 of 1 values differ, the first at ['a']: 1 instead of 2"),
        ({"a": 1, "x": 3}, {"a": 1, "b": 2}, "missing ['b']; extra ['x']"),
        (
            np.array([1.00001]),
            np.array([1.0]),
            "1 of 1 values differ, the first at [0]: 1.00001 instead of 1",
        ),
        (
            np.array([2.0 + 2**-51]),
            np.array([2.0]),
            "1 of 1 values differ, the first at [0]: 2.0000000000000004 instead of 2.0",
        ),
    ],
    ids=repr,
)
def test_different_values_are_counted_and_the_first_is_shown(got: Any, expected: Any, where: str) -> None:
    assert where == message(checks.equal, got, expected)["where"]


def test_close_allows_a_small_error_and_no_more() -> None:
    checks.close(np.array([0.1 + 0.2, np.nan]), [0.3, np.nan])
    checks.close(jnp.array([0.3]), np.array([0.3]))
    checks.close(0.33333, 1 / 3, atol=1e-4)
    assert message(checks.close, np.array([0.31]), [0.3])["got"] == "[0.31]"


def test_close_compares_text_exactly() -> None:
    assert "where" in message(checks.close, np.array(["a"]), np.array(["b"]))


def test_a_long_array_is_shown_in_one_short_line() -> None:
    told = message(checks.equal, np.zeros((400, 300)), np.ones((400, 300)))
    assert len(told["got"]) <= differences.LONGEST
    assert told["where"].startswith("120000 of 120000 values differ")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (np.zeros(2), np.ndarray),
        (jnp.zeros(2), np.ndarray),
        (np.float32(0.5), float),
        (jnp.asarray(0.5), float),
        (np.int64(1), int),
        (np.bool_(True), bool),
        ([], (tuple, list)),
    ],
    ids=repr,
)
def test_a_library_type_stands_for_its_python_twin(value: Any, kind: type | tuple[type, ...]) -> None:
    checks.is_a(value, kind)


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        ([1], np.ndarray, "type ndarray"),
        (True, int, "type int"),
        (np.zeros(1), float, "type float"),
        (None, (list, tuple), "type list or tuple"),
    ],
    ids=repr,
)
def test_a_wrong_type_is_named(value: Any, kind: type | tuple[type, ...], wanted: str) -> None:
    assert wanted == message(checks.is_a, value, kind)["expected"]


def test_shape_says_both_shapes() -> None:
    checks.shape(jnp.zeros((2, 3)), (2, 3))
    told = message(checks.shape, np.zeros(3), (3, 1))
    assert (told["got"], told["expected"]) == ("shape (3,)", "shape (3, 1)")
    assert message(checks.shape, [0, 0], (2,))["expected"] == "type ndarray"


def test_dtype_takes_a_family_or_one_exact_dtype() -> None:
    checks.dtype(np.zeros(1, np.uint8), int)
    checks.dtype(jnp.zeros(1), np.float32)
    assert message(checks.dtype, np.zeros(1), int) == {"got": "dtype float64", "expected": "whole numbers"}
    assert message(checks.dtype, np.zeros(1), np.float32)["expected"] == "dtype float32"


def test_between_includes_its_bounds_and_refuses_nan() -> None:
    checks.between(0.8, 0.8, 1)
    checks.between(jnp.asarray(1.0), 0, 1)
    assert message(checks.between, np.float64("nan"), 0, 1) == {
        "got": "nan",
        "expected": "a number from 0 to 1",
    }
    assert message(checks.between, np.zeros(2), 0, 1)["got"] == "[0., 0.]"


def test_raises_wants_exactly_that_error() -> None:
    checks.raises(ValueError, lambda: int("x"))
    assert message(checks.raises, KeyError, lambda: int("7"))["got"] == "7, and no error"
    assert message(checks.raises, KeyError, lambda: int("x"))["got"].startswith("ValueError: invalid literal")


def test_runs_tells_of_an_error() -> None:
    checks.runs(lambda: None)
    assert message(checks.runs, lambda: int("x"), hint="Digits.")["got"].startswith("ValueError: invalid literal")
    error, _ = run_cell("with checks.exercise(3, 'Padding'):\n    checks.runs(lambda: [][0])")
    assert str(error).splitlines()[1] == "check: [][0]"


def test_raises_takes_a_subclass() -> None:
    checks.raises(LookupError, lambda: [][0])


def test_raises_asks_for_words_that_the_text_contains() -> None:
    def refuse(text: str) -> None:
        raise ValueError(text)

    checks.raises(ValueError, lambda: refuse("Dense_2: got 5 inputs, not 3!"), naming=("Dense_2", "3", "5"))
    told = message(checks.raises, ValueError, lambda: refuse("Dense_2 got 53"), naming=("Dense_2", "3"), hint="Say 3.")
    assert told == {
        "got": "ValueError: Dense_2 got 53",
        "expected": "a text that names Dense_2 and 3",
        "hint": "Say 3.",
    }


def test_raises_lets_a_stub_be_a_stub() -> None:
    def stub() -> None:
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        checks.raises(ValueError, stub)


def test_unchanged_finds_an_edit_in_place() -> None:
    rows, array = [[1], [2]], np.zeros(2)
    with checks.unchanged(rows, array):
        sorted(rows)
    with pytest.raises(checks.CheckFailed, match=r"input now \[\[1, 0\], \[2\]\]"), checks.unchanged(rows):
        rows[0].append(0)


def test_that_shows_a_value_or_a_sentence() -> None:
    checks.that(True, got=1, expected="anything")
    assert message(checks.that, False, got=[1], expected="two", hint="Add one.") == {
        "got": "[1]",
        "expected": "two",
        "hint": "Add one.",
    }
    assert message(checks.that, 0, got="it stopped", expected="more")["got"] == "it stopped"


@pytest.fixture
def run_cells() -> Iterator[RunCells]:
    """Runs cells one after another as a kernel does; returns what the last one raised."""
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    shell.run_cell("from coursekit import checks")
    yield lambda *cells: [shell.run_cell(cell, store_history=True) for cell in cells][-1].error_in_exec
    InteractiveShell.clear_instance()


def run_cell(source: str) -> tuple[Any, Any]:
    """Run a cell as Jupyter does; return the exception and what the student sees of it."""
    shell = InteractiveShell()
    shown = []
    shell._showtraceback = lambda kind, value, lines: shown.append(shell.InteractiveTB.stb2text(lines))
    result = shell.run_cell("import numpy as np\nfrom coursekit import checks\n" + source, store_history=False)
    return result.error_in_exec, re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(shown))


def test_a_passed_exercise_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    error, shown = run_cell("with checks.exercise(3, 'Padding'):\n    checks.equal(1, 1)")
    assert (error, shown) == (None, "")
    assert capsys.readouterr() == ("✔ Exercise 3 · Padding: the visible checks pass\n", "")


def test_a_failed_check_is_shown_without_its_traceback() -> None:
    error, shown = run_cell(
        "def pad(rows): return np.array(rows) + 1\n"
        "with checks.exercise(3, 'Padding', read='lecture 06, Padding'):\n"
        "    checks.equal(\n        pad([[5, 6]]),\n        [[5, 6]], hint='Zeros to the right.')\n"
    )
    assert str(error).splitlines() == [
        "Exercise 3 · Padding",
        "check: pad([[5, 6]])",
        "got: [[6, 7]]",
        "expected: [[5, 6]]",
        "where: 2 of 2 values differ, the first at [0, 0]: 6 instead of 5",
        "hint: Zeros to the right.",
        "reread: lecture 06, Padding",
    ]
    assert shown == f"CheckFailed: {error}"


def test_an_edit_in_place_is_reported_with_the_exercise() -> None:
    error, _ = run_cell(
        "rows = [1]\nwith checks.exercise(3, 'Padding'):\n    with checks.unchanged(rows):\n        rows.append(2)"
    )
    assert str(error).startswith("Exercise 3 · Padding\ncheck: rows.append(2)\ngot: input now [1, 2]")


def test_a_stub_is_still_to_do() -> None:
    error, shown = run_cell(
        "def pad(rows):\n    raise NotImplementedError()\nwith checks.exercise(3, 'Padding'):\n    pad([])"
    )
    assert isinstance(error, checks.StillToDo)
    assert shown == "StillToDo: Exercise 3 is still to do: Padding"


def test_a_crash_keeps_its_traceback_and_names_what_to_reread() -> None:
    error, shown = run_cell(
        "def pad(rows): return rows[99]\nwith checks.exercise(3, 'Padding', read='lecture 06'):\n    pad([])"
    )
    assert isinstance(error, IndexError)
    assert "return rows[99]" in shown
    assert shown.endswith("Exercise 3 · Padding: your code stopped with this error\nreread: lecture 06")


def test_a_crash_of_a_foreseen_kind_has_a_hint() -> None:
    _, shown = run_cell(
        "with checks.exercise(3, 'Padding', errors={LookupError: 'Rows begin at 0.', TypeError: 'No.'}):\n    [][99]"
    )
    assert shown.endswith("Exercise 3 · Padding: your code stopped with this error\nhint: Rows begin at 0.")


def test_a_missing_error_is_reported_with_the_call() -> None:
    error, _ = run_cell(
        "with checks.exercise(3, 'Padding'):\n    checks.raises(IndexError, lambda: len([1]), hint='Raise.')"
    )
    assert str(error).splitlines()[1] == "check: len([1])"


def test_a_library_that_lacks_something_is_not_a_stub() -> None:
    error, _ = run_cell("with checks.exercise(3, 'Padding'):\n    raise NotImplementedError('no such kernel')")
    assert isinstance(error, NotImplementedError)


def test_a_generator_that_stops_is_the_students_error() -> None:
    error, _ = run_cell("with checks.exercise(4, 'Batches'):\n    next(iter([]))")
    assert isinstance(error, StopIteration)


def test_outside_an_exercise_there_is_no_headline() -> None:
    _, shown = run_cell("checks.equal(1, 2)")
    assert shown == "CheckFailed: got: 1\nexpected: 2"


@pytest.mark.parametrize(
    ("test", "quoted"),
    [
        ("X = pad([[5]])\n    checks.equal(X, 1)", "pad([[5]])"),
        ("X = pad([[5]])\n    checks.equal(X[0], 1)", "pad([[5]])[0]"),
        ("X = pad([[5]])\n    checks.equal(len(X), 2)", "len(pad([[5]]))"),
        ("one, two = 1, pad([2])\n    counts = two\n    checks.equal(counts, 1)", "pad([2])"),
        ("X = pad([1])\n    X = pad([2])\n    checks.equal(X, 1)", "pad([2])"),
        ("rows = [5]\n    checks.equal(rows, 1)", "rows"),
        ("X = pad([1])\n    for X in pad([2]):\n        checks.equal(X, 1)", "X"),
    ],
)
def test_the_call_is_quoted_where_its_value_was_given_a_name(test: str, quoted: str) -> None:
    error, _ = run_cell(f"def pad(rows): return rows\nwith checks.exercise(3, 'Padding'):\n    {test}")
    assert str(error).splitlines()[1] == f"check: {quoted}"


def test_code_above_a_forgotten_raise_is_not_still_to_do() -> None:
    error, _ = run_cell(
        "def pad(rows):\n    'Pad.'\n    if not rows:\n        X = 0\n    raise NotImplementedError\n"
        "with checks.exercise(3, 'Padding'):\n    checks.equal(pad([]), 0)"
    )
    assert str(error).splitlines() == [
        "Exercise 3 · Padding",
        "got: NotImplementedError",
        "expected: no error",
        "where: in pad",
        "hint: Your code still ends with raise NotImplementedError: delete that line.",
    ]


@pytest.mark.parametrize("docstring", ["", "    'Pad.'\n"])
def test_a_stub_with_or_without_a_docstring_is_still_to_do(docstring: str) -> None:
    error, _ = run_cell(
        f"def pad(rows):\n{docstring}    raise NotImplementedError\nwith checks.exercise(3, 'Padding'):\n    pad([])"
    )
    assert isinstance(error, checks.StillToDo)


TEST = "with checks.exercise(3, 'Padding'):\n    checks.equal(pad(1), 2)"
INVALID = "def pad(x):\n    return (x"


def test_a_cell_that_is_no_valid_python_is_told_in_place_of_what_its_older_version_did(run_cells: RunCells) -> None:
    error = run_cells("def pad(x): return x", INVALID, TEST)
    assert str(error).splitlines() == [
        "Exercise 3 · Padding",
        "got: SyntaxError: '(' was never closed",
        "expected: valid Python",
        "where: line 2 of the cell that defines pad: return (x",
        "hint: Correct that cell and run it again. Until then, the check sees an older version of it, or none.",
    ]


@pytest.mark.parametrize(
    "cells",
    [
        (INVALID,),
        ("    def pad(x):\n  return x",),
        ("def pad(x):\n    pass\nreturn x",),
        ("def pad(x):\n    raise NotImplementedError", INVALID, "%matplotlib --list"),
    ],
)
def test_an_invalid_cell_is_told_whatever_else_would_fail(run_cells: RunCells, cells: tuple[str, ...]) -> None:
    assert "expected: valid Python" in str(run_cells(*cells, TEST))


def test_an_invalid_cell_that_was_corrected_or_is_another_ones_is_not_told(run_cells: RunCells) -> None:
    error = run_cells(INVALID, "def unpad(x:", "def pad(x): return 3", TEST)
    assert "got: 3" in str(error)


def test_an_older_version_that_passes_passes_with_a_remark(
    run_cells: RunCells, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cells("def pad(x): return 2", INVALID, TEST) is None
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "✔ Exercise 3 · Padding: the visible checks pass",
        "  with an older version of pad: its latest cell is not valid Python ('(' was never closed)",
    ]


def test_an_answer_that_was_not_run_is_told() -> None:
    _, shown = run_cell(TEST)
    assert shown.endswith("\nhint: Run the cell above that defines pad, then this one.")


def test_a_name_that_the_answer_lacks_is_told(run_cells: RunCells) -> None:
    error = run_cells("def pad(x): return y", TEST)
    assert error.__notes__[-1].endswith(
        "\nhint: Check the spelling of y. If a cell above defines it, run that cell first."
    )


def test_hints_can_be_chosen_by_the_text_of_an_error() -> None:
    errors = "{ValueError: {'invalid literal': 'Digits.', 'base': 'Bases.'}, Exception: 'Any.'}"
    for code, hint in {"int('x')": "Digits.", "int('1', 99)": "Bases.", "[][0]": "Any.", "chr(-1)": "Any."}.items():
        _, shown = run_cell(f"with checks.exercise(3, 'Padding', errors={errors}):\n    {code}")
        assert shown.endswith(f"\nhint: {hint}")


PUBLIC = [
    name
    for name, function in vars(checks).items()
    if inspect.isfunction(function) and function.__module__ == checks.__name__ and not name.startswith("_")
]


@pytest.mark.parametrize("name", PUBLIC)
def test_a_check_shows_an_example_with_shift_tab(name: str) -> None:
    shown = inspect.getdoc(vars(checks)[name]) or ""
    assert f"checks.{name}(" in shown.partition("Example:")[2]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('__import__("builtins").sum([1])', "sum([1])"),
        ('__import__("importlib").import_module("numpy").exp(x)[0]', "numpy.exp(x)[0]"),
        ('__import__("coursekit", fromlist=["text"]).text.tokenize("a")', "text.tokenize('a')"),
        ('__import__("numpy").mean(x)', "numpy.mean(x)"),
        ('importlib.import_module("numpy")', "importlib.import_module('numpy')"),
    ],
)
def test_what_a_grader_wrote_for_a_name_is_shown_as_the_name(written: str, shown: str) -> None:
    tree = ShortNames().visit(ast.parse(written))
    assert ast.unparse(tree) == shown
