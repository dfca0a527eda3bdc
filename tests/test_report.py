"""The report says how an assignment went, and drives nothing by what students wrote."""

import csv
import io
import json
import shutil
import time
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from commands import Commands
from conftest import make_course, submit_small
from synthetic_class import CHECKS, COPIED, EXERCISES, POINTS, make_class

RIGHT = "def double(x):\n    return x + x"
HALF = "def double(x):\n    # <script>alert('Byte')</script>\n    return 2 * x if x != 'ab' else x"
CRASH = "def double(x):\n    raise ValueError('<img src=x onerror=alert(1)> bobby =1+1')"
STUB = "def double(x):\n    # Your code here\n    raise NotImplementedError"
ROSTER = (
    'student_id,name,email\nada,Ada Lovelace,ada@example.org\nbobby,"Byte, Bob",bob@example.org\n'
    "gus,<b>Gus</b>,gus@example.org\nhalina,Halina Who,\n"
)
STUDENTS = {"ada": RIGHT, "bobby": HALF, "cleo": HALF, "dan": STUB, "evelyn": CRASH, "<i>": RIGHT}
IDS = "ada", "bobby", "cleo", "dan", "evelyn", "fay", "gus", "halina", "Lovelace", "Byte", "Gus", "example.org"


class Tags(HTMLParser):
    """What a page holds: its tags, their attributes, its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [value for name, value in attrs if name in ("href", "src") and value]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Path:
    """A graded class, which each test copies."""
    course = make_course(tmp_path_factory.mktemp("class"), tmp_path_factory)
    for student, answer in STUDENTS.items():
        submit_small(course, student, answer)
    submit_small(course, "fay", content="nonsense")
    (course / "grading" / "roster.csv").write_text(ROSTER, encoding="utf-8")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('c.LatePolicy.excused = {"small": ["halina"]}\n')
    commands.run(course, "autograder", "release", "small")
    assert commands.run(course, "autograder", "grade", "small").returncode == 1  # fay's is no notebook
    return course


@pytest.fixture
def small_class(graded_class: Path, tmp_path: Path) -> Path:
    return shutil.copytree(graded_class, tmp_path / "course")


def page_of(course: Path, commands: Commands, *words: str, name: str = "small") -> tuple[str, str]:
    """Return the page and what the command printed."""
    result = commands.run(course, "autograder", "report", name, *words)
    assert (result.returncode, result.stderr) == (0, "")
    ending = "-anonymous.html" if "--anonymous" in words else ".html"
    return (course / "grading" / "report" / f"{name}{ending}").read_text(encoding="utf-8"), result.stdout


def test_the_report_says_how_it_went(small_class: Path, commands: Commands) -> None:
    _, said = page_of(small_class, commands, "--json", "report.json")
    report = json.loads((small_class / "report.json").read_text())
    assert {name: count for name, count in report["counts"].items() if count} == {
        "students": 9,
        "graded": 5,
        "could not be graded": 1,
        "handed in, not graded yet": 1,  # <i>, which is no id
        "nothing handed in": 1,
        "excused": 1,
    }
    assert report["not_graded"][0]["student"] == "fay"
    assert "is not a notebook that can be read" in report["not_graded"][0]["text"]
    checks = {check["name"]: check for check in report["checks"]}
    states = "passed", "failed", "not_reached", "not_started"
    assert [checks["visible checks"][state] for state in states] == [3, 1, 0, 1]
    assert [checks["of text"][state] for state in states] == [1, 2, 1, 1]
    (group,) = checks["of text"]["groups"]
    assert (group["message"], group["size"], group["hint"]) == ("got a different text", 2, "secret-hint")
    assert group["example"] == HALF
    assert report["alpha"] is None
    assert report["exercises"][0]["difficulty"] == pytest.approx((4 + 1 + 1) / 20)
    assert [line["student"] for line in report["stopped"]] == ["dan"]
    assert "written: grading/report/small.html" in said
    assert "Points: mean 1.2, median 1 of 4." in said


def test_nothing_from_a_student_becomes_a_tag(small_class: Path, commands: Commands) -> None:
    page, _ = page_of(small_class, commands)
    tags = Tags(page)
    assert not tags.tags & {"script", "img", "b>", "i", "link", "iframe", "object", "form"}
    assert not [name for name in tags.attributes if name.startswith("on")]
    assert all(link.startswith("#") for link in tags.links)
    assert "http" not in page.replace("http-equiv", "")
    assert "<script>alert('Byte')</script>" in tags.text
    assert "<img src=x onerror=alert(1)> bobby" in tags.text
    assert "<b>Gus</b>" in tags.text
    assert len(tags.ids) == len(set(tags.ids))


def test_an_anonymous_report_names_nobody_and_keeps_its_pseudonyms(small_class: Path, commands: Commands) -> None:
    for words in (["--anonymous", "--json", "r.json", "--csv", "r.csv"],) * 2:
        page, said = page_of(small_class, commands, *words)
        texts = page, said, (small_class / "r.json").read_text(), (small_class / "r.csv").read_text()
        assert not [(name, place) for place, text in enumerate(texts) for name in IDS if name in text]
        assert "P-" in page
    again, _ = page_of(small_class, commands, "--anonymous")
    assert again == page
    (small_class / "grading" / "report" / ".pseudonyms").unlink()
    assert page_of(small_class, commands, "--anonymous")[0] != page


def test_the_table_has_a_row_per_student_and_check_and_no_formula(small_class: Path, commands: Commands) -> None:
    result = commands.run(small_class, "autograder", "report", "small", "--csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 5 * 3
    outcomes = {(row["student"], row["check"]): row["outcome"] for row in rows}
    assert outcomes["bobby", "of text"] == "failed"
    assert outcomes["evelyn", "of text"] == "not reached"
    assert outcomes["dan", "visible checks"] == "not started"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_before_grading_there_is_no_report(course: Path, commands: Commands) -> None:
    result = commands.run(course, "autograder", "report", "small")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "Nothing of small has been graded yet: run `autograder grade small` first.\n"
    assert commands.run(course, "autograder", "report", "none").returncode == 2


def test_a_graded_notebook_that_cannot_be_read_is_told(small_class: Path, commands: Commands) -> None:
    path = small_class / "grading" / "autograded" / "ada" / "small" / "notebook.ipynb"
    path.chmod(0o644)
    path.write_text('{"cells": [1]}')
    page_of(small_class, commands, "--json", "r.json")
    lines = json.loads((small_class / "r.json").read_text())["not_graded"]
    assert {line["student"] for line in lines} == {"Ada Lovelace (ada)", "fay"}


@pytest.fixture(scope="module")
def large_class(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, float]]]:
    course = make_course(tmp_path_factory.mktemp("large"), tmp_path_factory)
    return course, make_class(course, 1000)


def test_a_thousand_students_are_reported_at_once(
    large_class: tuple[Path, list[dict[str, float]]], commands: Commands, record_property: pytest.FixtureRequest
) -> None:
    course, points = large_class
    start = time.monotonic()
    page, said = page_of(course, commands, "--json", "report.json", name="big")
    record_property("seconds", time.monotonic() - start)  # type: ignore[operator]  # pytest's own fixture
    assert len(page) < 1_000_000
    report = json.loads((course / "report.json").read_text())
    table = np.array([[*own.values(), 3.0] for number, own in enumerate(points) if number % 10])
    for place, row in enumerate(report["exercises"][: len(EXERCISES)]):
        rest = np.delete(table, place, axis=1).sum(axis=1)
        assert row["item_rest"] == pytest.approx(np.corrcoef(table[:, place], rest)[0, 1], abs=1e-6)
        mean = np.mean([own[row["cell"]] for own in points])
        assert row["difficulty"] == pytest.approx(mean / POINTS)
    items = table.shape[1]
    alpha = items / (items - 1) * (1 - table.var(axis=0, ddof=1).sum() / table.sum(axis=1).var(ddof=1))
    assert report["alpha"] == pytest.approx(alpha)
    assert sum(report["distribution"]["bins"]) == 1000
    assert len(report["checks"]) == len(EXERCISES) * (1 + len(CHECKS))
    assert f"Cronbach's alpha: {alpha:.2f}" in said


def test_copied_code_stands_out_whatever_its_names(
    large_class: tuple[Path, list[dict[str, float]]], commands: Commands
) -> None:
    course, _ = large_class
    page, _ = page_of(course, commands, "--json", "report.json", name="big")
    pair = json.loads((course / "report.json").read_text())["pairs"][0]
    assert [student[-6:-1] for student in pair["students"]] == ["s0003", "s0008"]
    assert (pair["exercise"], pair["share"], pair["code"]) == ("tokens", 1, list(COPIED.values()))
    assert "resemble each other by nature" in page
