"""Results are shown as a table that fits, files that hold everything, and marks as the gradebook has them."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import nbformat.v4 as v4
import pytest
from conftest import Command, graded
from nbgrader.api import Gradebook
from rich.console import Console

from autograder.gradebook import create_gradebook
from autograder.grading.final_marks import with_marks
from autograder.grading.results import CellResult, Mark, Result, result_of
from autograder.judging.verdicts import Verdict
from autograder.results_files import as_csv, as_json
from autograder.tables import results_table, total

FAILED = Verdict("of zero", 0, 1, "the value is 3, where 4 is right", "Zero is a number too.")


def result(student: str, cells: int = 9) -> Result:
    results = [CellResult(f"test-cell-{n}", 1, 4, [FAILED], "nb", f"exercise-{n // 3}") for n in range(cells)]
    return Result(student, results)


def lines(results: list[Result], width: int, verbose: bool = False) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(results_table("small", results, width, verbose))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # that of a StringIO
    return text.splitlines()


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("cells", [1, 9, 35, 60])
def test_a_table_of_any_width_shows_each_student_with_the_total_and_what_failed(width: int, cells: int) -> None:
    table = lines([result(f"ada-{n}", cells) for n in range(300)], width)
    assert len(table) < 310, "one line per student"
    assert max(map(len, table)) <= width
    for n in range(300):
        (line,) = [line for line in table if f" ada-{n} " in line]
        assert f" {cells}/{4 * cells} " in line and "cell-0: of zero" in line


@pytest.mark.parametrize(("width", "shown", "points"), [(160, "cell-8", 9), (100, "exerci", 3), (80, "total", 0)])
def test_points_are_told_per_cell_or_per_exercise_where_those_fit(width: int, shown: str, points: int) -> None:
    table = lines([result(f"ada-{n}") for n in range(9)], width)
    assert shown in "".join(table[:4])
    (line,) = [line for line in table if "ada-3" in line]
    assert line.count("1/4") + line.count("3/12") == points


def test_of_a_few_students_or_if_asked_for_all_that_failed_is_shown() -> None:
    for table in (lines([result("ada")], 100), lines([result(f"ada-{n}") for n in range(9)], 100, verbose=True)):
        assert all(any(f"cell-{n}: of zero" in line for line in table) for n in range(9))


def test_limits_and_remarks_are_told_once() -> None:
    nb = v4.new_notebook(metadata={"autograder": {"limits": ["cell 3 was stopped after 120 s"] * 2, "stopped": "all"}})
    (told,) = [result_of("ada", {"nb": nb}, ["a.zip is not graded"]).remarks]
    assert told == ["a.zip is not graded", "cell 3 was stopped after 120 s", "ended early: all"]


def test_cells_of_one_solution_are_one_exercise() -> None:
    cells = [graded("", name, grade=True, points=1) for name in ("test-a", "test-b")]
    nb = v4.new_notebook(cells=[cells[0], graded("", "first", solution=True), graded("", "more", solution=True)])
    nb.cells += [*cells, graded("", "second", solution=True, grade=True, points=2)]
    assert [cell.exercise for cell in result_of("ada", {"nb": nb}).cells] == ["test-a", "first", "first", "second"]


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    """A gradebook: all have 4 of 4, and a person has to grade the essays, but not that of ada, who handed in late."""
    db_url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    create_gradebook(db_url)
    with Gradebook(db_url) as book:
        book.add_assignment("small", duedate=datetime(2026, 1, 1))
        book.add_notebook("nb", "small")
        book.add_grade_cell("test", "nb", "small", max_score=4, cell_type="code")
        book.add_grade_cell("essay", "nb", "small", max_score=6, cell_type="markdown")
        for student in ("ada", "bob", "no-work"):
            book.add_student(student)
            book.add_submission("small", student)
            book.find_grade("test", "nb", "small", student).auto_score = 4
            book.find_grade("test", "nb", "small", student).needs_manual_grade = False
        book.find_grade("essay", "nb", "small", "bob").manual_score = 2  # of an answer that has changed since
        essay = book.find_grade("essay", "nb", "small", "ada")
        essay.manual_score, essay.needs_manual_grade = 5, False
        book.find_submission_notebook("nb", "small", "ada").late_submission_penalty = 3
        book.db.commit()
        yield book


def test_marks_are_those_of_the_gradebook(gradebook: Gradebook) -> None:
    cells = [CellResult("test", 4, 4, [], "nb"), CellResult("essay", None, 6, [], "nb")]
    given = [
        Result("ada", cells),
        Result("bob", cells),
        Result("no-work", [], "nb.ipynb is missing."),
        Result("zoe", cells),
    ]
    results = with_marks(given, gradebook, "small")
    assert results[0].mark == Mark(9, 10, 3)
    assert [total(result) for result in results] == ["6/10, late −3", "4/4, 1 by hand", "—", "4/4"]
    table = lines(results, 160)
    assert [any(text in line for line in table) for text in ("5/6", "by hand", "late −3")] == [True] * 3
    ada, bob, *_ = json.loads(as_json("small", results))["results"]
    assert (ada["raw"], ada["penalty"], ada["final"], ada["maximum"], ada["open"]) == (9, 3, 6, 10, 0)
    assert (bob["raw"], bob["open"]) == (6, 1)
    assert results[2].mark == Mark(4, 10, 0), "a problem's too"
    assert (bob["cells"][1]["open"], bob["cells"][1]["by_hand"], bob["cells"][1]["final"]) == (True, True, None)


def test_a_csv_has_every_cell_and_no_formula() -> None:
    row, other = csv.DictReader(io.StringIO(as_csv("small", [result("=1+1"), Result("bob", [], "gone\n@x")])))
    assert (row["student"], row["points"], row["possible"]) == ("'=1+1", "9", "36")
    assert (row["nb/test-cell-8"], row["nb/test-cell-8 possible"]) == ("1", "4")
    assert row["nb/test-cell-8 failed"].startswith("of zero; the value is 3")
    assert (other["problem"], other["nb/test-cell-8"]) == (r"gone\n@x", "")


def test_results_are_written_as_json_and_csv(course: Path, command: Command, submit: Callable[..., Path]) -> None:
    submit("ada", "def double(x):\n    return 2 * int(x)")
    done = command("autograder", "grade", "small", "--json", "--csv", "grading/results.csv")
    (ada,) = json.loads(done.stdout)["results"]
    assert (ada["student"], ada["final"], ada["cells"][0]["exercise"]) == ("ada", 1, "double")
    assert ada["cells"][0]["verdicts"][1]["hint"] == "secret-hint"
    assert "ada,,1" in (course / "grading" / "results.csv").read_text(encoding="utf-8")
    assert command("autograder", "grade", "small", "--json", "--csv").returncode == 2
