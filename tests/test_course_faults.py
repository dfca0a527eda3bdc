"""A fault of the course stops grading with one sentence, and no student's grade changes."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Command, scores

from autograder.seams.open_course import find_course

Submit = Callable[..., Path]
RIGHT = "def double(x):\n    return x + x"
ROADS = [("autograder", "grade", "small"), ("nbgrader", "autograde", "small", "--force")]
LABELS = "c.Judge.labels = {'classes': 'own_labels.labels'}\n"
ACCURACY = """record("classes", lambda: [double(0)], rule=accuracy("classes", 0.5))\\n### END HIDDEN"""


def add_to(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def lose_the_labels(course: Path) -> None:
    (course / "own_labels.py").unlink()


def break_the_labels(course: Path) -> None:
    (course / "own_labels.py").write_text("def labels(): raise OSError('no network')\n")


def fail_in_the_solution(course: Path) -> None:
    replace_in(course / "solutions" / "small" / "notebook.ipynb", "return 2 * x", "return 1 / 0")


def raise_in_the_solution(course: Path) -> None:
    replace_in(course / "solutions" / "small" / "notebook.ipynb", "import sys", "import no_such_module")


def record_an_error(course: Path) -> None:
    replace_in(course / "solutions" / "small" / "notebook.ipynb", 'double(\\"ab\\")', 'double(\\"ab\\") / 0')


def record_twice(course: Path) -> None:
    replace_in(course / "solutions" / "small" / "notebook.ipynb", '\\"of text\\"', '\\"of zero\\"')


def end_the_kernel(course: Path) -> None:
    replace_in(course / "solutions" / "small" / "notebook.ipynb", "import sys", "import os; os._exit(1)")


def damage_the_solution(course: Path) -> None:
    (course / "solutions" / "small" / "notebook.ipynb").write_text("{broken")


def name_no_package(course: Path) -> None:
    add_to(course / "nbgrader_config.py", "c.Reference.depends_on = ['no_such_package']\n")


def damage_the_gradebook(course: Path) -> None:
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook, gradebook:
        gradebook.execute("update alembic_version set version_num = '724cde206c17'")


FAULTS = {
    lose_the_labels: "The label set 'classes' (Judge.labels in nbgrader_config.py) cannot be loaded (ModuleNotFound",
    break_the_labels: "The label set 'classes' (Judge.labels in nbgrader_config.py) cannot be loaded (OSError: no net",
    fail_in_the_solution: "notebook.ipynb fails in cell 'test-double': ZeroDivisionError: division by zero",
    raise_in_the_solution: "notebook.ipynb fails in cell 'setup': ModuleNotFoundError: No module named 'no_such",
    record_an_error: "notebook.ipynb cannot be graded by: cell 'test-double' records an error as 'of text': TypeError",
    record_twice: "notebook.ipynb cannot be graded by: cell 'test-double' records 'of zero' 2 times",
    end_the_kernel: "notebook.ipynb fails in cell 'setup': Stopped: the kernel died (exit code 1)",
    damage_the_solution: "Notebook does not appear to be JSON",
    name_no_package: "Reference.depends_on names 'no_such_package'",
    damage_the_gradebook: "The gradebook was made by another version of nbgrader",
}


@pytest.fixture
def graded_course(course: Path, command: Command, submit: Submit) -> Path:
    """The small course with a label set, and one student graded with it."""
    add_to(course / "nbgrader_config.py", f"import sys\nsys.path.insert(0, {str(course)!r})\n{LABELS}")
    (course / "own_labels.py").write_text("def labels(): return [0]\n")
    source = course / "solutions" / "small" / "notebook.ipynb"
    replace_in(source, "### END HIDDEN", ACCURACY.replace('"', '\\"'))
    replace_in(source, "import record", "import record\\nfrom autograder.records import accuracy")
    submit("ada", RIGHT)
    assert command("autograder", "grade", "small").returncode == 0
    assert scores(course) == {"ada": 4}
    return course


def complaints(stderr: str) -> list[str]:
    """Return the lines of what a command said, without nbgrader's remarks on its progress."""
    return [line for line in stderr.splitlines() if line.strip() and "| INFO]" not in line and "| WARNING]" not in line]


def test_a_fault_of_the_course_stops_both_roads_and_changes_no_grade(graded_course: Path, command: Command) -> None:
    ours = graded_course
    kept = {path: path.read_bytes() for path in ours.rglob("*") if path.is_file() and "reference" not in path.parts}
    for fault, said in FAULTS.items():
        fault(ours)
        for road in ROADS:
            result = command(*road)
            assert result.returncode == 1, (fault, road)
            (line,) = complaints(result.stderr)
            assert said in line, (fault, road)
            assert "Traceback" not in result.stderr, (fault, road)
            assert scores(ours) == {"ada": 4}, (fault, road)
            assert (ours / "grading" / "autograded" / "ada" / "small" / "notebook.ipynb").exists(), (fault, road)
        for path, content in kept.items():
            path.unlink(missing_ok=True)
            path.write_bytes(content)


FAULTY_STEP = """
from nbgrader.preprocessors import NbGraderPreprocessor
class Faulty(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        if any("x + x + 0" in cell.source for cell in nb.cells):
            raise OSError(28, "No space left on device", "a-file")
        return nb, resources
c.Autograde.autograde_preprocessors.append(Faulty)
"""
LATE_PLUGIN = """
from nbgrader.plugins import LateSubmissionPlugin
class Faulty(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        raise OSError("late")
c.AssignLatePenalties.plugin_class = Faulty
"""
GRADES = (
    "select s.student_id, s.timestamp, g.auto_score, g.manual_score, g.needs_manual_grade, c.auto_comment "
    "from submitted_assignment s join submitted_notebook n on n.assignment_id = s.id "
    "join grade g on g.notebook_id = n.id join comment c on c.notebook_id = n.id"
)


def grades(course: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook:
        return sorted(gradebook.execute(GRADES).fetchall(), key=str)


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road[0])
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (FAULTY_STEP, "a-file: No space left on device: fix that, and run the same command again."),
        (LATE_PLUGIN, "plugin for late submissions, Faulty, fails for ada (OSError: late): fix it, and run the same"),
    ],
    ids=["machine", "plugin"],
)
def test_what_fails_while_a_student_is_graded_changes_no_grade(
    course: Path, command: Command, submit: Submit, road: tuple[str, ...], fault: str, said: str
) -> None:
    command("nbgrader", "generate_assignment", "small")
    path = submit("ada", RIGHT)
    assert command(*road).returncode == 0
    with closing(sqlite3.connect(course / "grading" / "gradebook.db")) as gradebook, gradebook:
        gradebook.execute("update grade set manual_score = 3, needs_manual_grade = 0")
        gradebook.execute("update assignment set duedate = '2026-02-01 12:00:00'")
    before = grades(course)
    add_to(course / "nbgrader_config.py", fault)
    path.write_text(path.read_text().replace("x + x", "x + x + 0"))
    path.with_name("timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    submit("zoe", RIGHT.replace("x + x", "x + x + 0"))
    result = command(*road)
    assert result.returncode == 1
    (line,) = complaints(result.stderr)
    assert said in line
    assert grades(course) == before
    replace_in(course / "nbgrader_config.py", "raise OSError", "None and")
    assert command(*road).returncode == 0
    assert scores(course) == {"ada": 1, "zoe": 1}


def test_the_formgraders_button_says_what_is_wrong_with_the_course(graded_course: Path, command: Command) -> None:
    break_the_labels(graded_course)
    api = find_course(graded_course).api()
    result = api.autograde("small", "ada")
    assert not result["success"] and FAULTS[break_the_labels] in result["log"]
    assert scores(graded_course) == {"ada": 4}
