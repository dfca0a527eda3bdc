"""Marks go into the files that systems handed out, and every other byte of these stays as it was."""

import csv
import io
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from commands import Commands
from conftest import make_course, submit_small

from autograder.classroom.export import Exported, export_as, export_into
from autograder.classroom.worksheet import read_worksheet, split
from autograder.errors import UsageError
from autograder.seams.open_course import find_course

RIGHT = "def double(x):\n    return x + x"
HALF = "def double(x):\n    return 2 * x if x != 'ab' else x"
ROSTER = (
    "student_id,name,email,canvas,moodle\nada,Ada Lovelace,ada@example.org,4321,small:4711\n"
    'bob,"Byte, Bob",bob@example.org,4322,small:4712\ncleo,Cleo Zoé,cleo@example.org,4323,small:4713\n'
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Small (99),Other (100),Final Score\n"
    ",,,,,Manual Posting,,\n    Points Possible,,,,,4,10,(read only)\n"
    '"Lovelace, Ada",4321,,a1,"Section ""A""",,7.5,80\n"Byte, Bob",4322,,b2,S,1,N/A,70\n"Zoé, Cleo",4323,,c3,S,,,\n'
    '"Student, Test",4399,,t,S,,,\n'
)
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,Last modified (submission),"
    "Last modified (grade),Feedback comments\r\n"
    'Participant 4711,Ada Lovelace,ada@example.org,Submitted,,"4,00",Yes,"Sunday, 1 March 2026",-,\r\n'
    'Participant 4712,Bob Byte,bob@example.org,Submitted,"1,00","4,00",Yes,-,-,<p>old</p>\r\n'
    'Participant 4713,Cleo Zoé,cleo@example.org,No submission,,"4,00",Yes,-,-,\r\n'
)
BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Small [Total Pts: 4 Score] |77"\r\n'
    '"Lovelace"\t"Ada"\t"ada"\t"1"\t""\r\n"Byte"\t"Bob"\t"bob"\t"2"\t"1"\r\n"Zoé"\t"Cleo"\t"cleo"\t"3"\t""\r\n'
)
BRIGHTSPACE = (
    "OrgDefinedId,Username,Small Points Grade <Numeric MaxPoints:4>,End-of-Line Indicator\n"
    "#1,#ada,,#\n#2,#bob,1,#\n#3,#cleo,,#\n"
)
# For each system: the file, its encoding, and the grades that stand in it afterwards.
FILES: dict[str, tuple[str, str, str]] = {
    "canvas": (
        CANVAS,
        "utf-8",
        CANVAS.replace('"Section ""A""",,7.5', '"Section ""A""",4,7.5').replace("b2,S,1", "b2,S,1"),
    ),
    "moodle": (
        MOODLE,
        "utf-8-sig",
        MOODLE.replace('Submitted,,"4,00"', 'Submitted,4,"4,00"').replace('"1,00","4', '"1","4'),
    ),
    "blackboard": (BLACKBOARD, "utf-16", BLACKBOARD.replace('"1"\t""', '"1"\t"4"')),
    "brightspace": (BRIGHTSPACE, "utf-8", BRIGHTSPACE.replace("#ada,,", "#ada,4,")),
}


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Path:
    """A graded class, which each test copies."""
    course = make_course(tmp_path_factory.mktemp("class"), tmp_path_factory)
    for student, answer in {"ada": RIGHT, "bob": HALF}.items():
        submit_small(course, student, answer)
    commands.run(course, "autograder", "release", "small")
    assert commands.run(course, "autograder", "grade", "small").returncode == 0
    (course / "grading" / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return course


@pytest.fixture
def class_of_three(graded_class: Path, tmp_path: Path) -> Path:
    """Ada has 4 points, bob 1, and cleo has handed in nothing."""
    return shutil.copytree(graded_class, tmp_path / "course")


def into(course: Path, text: str, encoding: str, **options: object) -> tuple[Exported, str]:
    """Return what was exported and the text of the file that came out."""
    path = course / "downloaded.csv"
    path.write_bytes(text.encode(encoding))
    (result,) = export_into(find_course(course), ["small"], path, **options)  # type: ignore[arg-type]  # each test's own
    return result, result.written.read_bytes().decode(encoding)


@pytest.mark.parametrize("system", FILES)
def test_marks_go_into_the_file_and_all_else_stays(class_of_three: Path, system: str) -> None:
    before, encoding, after = FILES[system]
    result, text = into(class_of_three, before, encoding)
    assert text == after
    assert (result.filled, result.missing, result.not_in_file) == (2, ["cleo"], [])
    assert result.not_known == (["Student, Test (4399)"] if system == "canvas" else [])


@pytest.mark.parametrize("system", FILES)
def test_a_missing_submission_is_zero_only_if_asked(class_of_three: Path, system: str) -> None:
    before, encoding, _ = FILES[system]
    _, text = into(class_of_three, before, encoding, missing_as_zero=True)
    rows = list(csv.reader(io.StringIO(text), delimiter="\t" if system == "blackboard" else ","))
    assert "0" in next(row for row in rows if "cleo" in "".join(row).lower())


def test_excused_students_are_told_apart_from_missing_ones(class_of_three: Path) -> None:
    with (class_of_three / "nbgrader_config.py").open("a") as config:
        config.write('c.LatePolicy.excused = {"small": ["cleo"]}\n')
    result, text = into(class_of_three, CANVAS, "utf-8")
    assert (result.missing, result.excused) == ([], ["cleo"])
    assert '"Zoé, Cleo",4323,,c3,S,EX,,' in text


def test_points_are_scaled_to_the_files_maximum_only_if_asked(class_of_three: Path) -> None:
    text = CANVAS.replace(",4,10,", ",100,10,")
    result, plain = into(class_of_three, text, "utf-8")
    assert result.remarks == ["The file counts 100 points, the gradebook 4: --scale converts them."]
    assert '"Section ""A""",4,7.5' in plain
    result, scaled = into(class_of_three, text, "utf-8", scale=True)
    assert '"Section ""A""",100,7.5' in scaled
    assert "b2,S,25,N/A" in scaled
    assert not result.remarks


def test_late_work_loses_what_the_policy_says_and_the_score_stays(class_of_three: Path) -> None:
    stamp = class_of_three / "grading" / "gradebook.db"
    with sqlite3.connect(stamp) as gradebook:
        gradebook.execute("update submitted_assignment set timestamp = '2026-03-03 11:00:00.000000'")
        gradebook.execute("update submitted_notebook set late_submission_penalty = 0.5")  # as a plugin leaves it
    assert "b2,S,0.5,N/A" in into(class_of_three, CANVAS, "utf-8")[1]
    with (class_of_three / "nbgrader_config.py").open("a") as config:
        config.write(
            'c.LatePolicy.due = {"small": "2026-03-01 12:00 UTC"}\nc.LatePolicy.per_day = 0.25\n'
            'c.LatePolicy.new_due = {"small": {"bob": "2026-03-03 10:30 UTC"}}\nc.LatePolicy.grace = 60\n'
        )
    _, text = into(class_of_three, CANVAS, "utf-8")
    assert '"Section ""A""",2,7.5' in text  # two days begun, a quarter of 4 points each
    assert "b2,S,1,N/A" in text  # half an hour late, within the hour of grace
    (result,) = export_as(find_course(class_of_three), ["small"], "plain")
    rows = {row["student_id"]: row for row in csv.DictReader(result.written.open(encoding="utf-8"))}
    assert [rows["ada"][name] for name in ("score", "late_penalty", "final", "days_late")] == ["4", "2", "2", "2"]
    assert rows["cleo"]["status"] == "missing"
    assert rows["cleo"]["final"] == ""


@pytest.mark.parametrize(
    "due",
    [
        "2026-03-02 10:30",
        "2026-03-02 10:30 UTC",
        "2026-03-02T10:30:00Z",
        "2026-03-02 11:30 Europe/Berlin",
        "2026-03-02 11:30 +01:00",
        "2026-03-02T11:30+0100",
    ],
)
def test_a_due_date_counts_in_its_own_zone(class_of_three: Path, due: str) -> None:
    with sqlite3.connect(class_of_three / "grading" / "gradebook.db") as gradebook:
        gradebook.execute("update submitted_assignment set timestamp = '2026-03-03 11:00:00.000000'")
    with (class_of_three / "nbgrader_config.py").open("a") as config:
        config.write(f'c.LatePolicy.due = {{"small": "{due}"}}\n')
    (result,) = export_as(find_course(class_of_three), ["small"], "plain")
    rows = {row["student_id"]: row for row in csv.DictReader(result.written.open(encoding="utf-8"))}
    assert rows["ada"]["days_late"] == "2"  # half an hour more than a day; read in another zone it would be one day


@pytest.mark.parametrize("due", ["2026-03-02 11:30 Mars", "2026-03-02 11:30 Europe", "tomorrow", ""])
def test_a_due_date_that_cannot_be_read_stops_the_export(class_of_three: Path, commands: Commands, due: str) -> None:
    with (class_of_three / "nbgrader_config.py").open("a") as config:
        config.write(f'c.LatePolicy.due = {{"small": "{due}"}}\n')
    result = commands.run(class_of_three, "autograder", "export", "small")
    assert result.returncode == 1
    assert f"LatePolicy: {due!r} is no time" in result.stderr
    assert not (class_of_three / "grading" / "export").exists()


def test_a_second_export_asks_nothing(class_of_three: Path) -> None:
    text = CANVAS.replace("Small (99)", "Week 1 (99)")
    with pytest.raises(UsageError, match=r"no column is called 'small'; name one by --column \(.*Week 1"):
        into(class_of_three, text, "utf-8")
    assert not (class_of_three / "grading" / "export").exists()
    into(class_of_three, text, "utf-8", column="Week 1")
    assert '"Section ""A""",4,7.5' in into(class_of_three, text, "utf-8")[1]


def test_who_is_graded_but_not_in_the_file_is_told(class_of_three: Path) -> None:
    text = "".join(line for line in CANVAS.splitlines(keepends=True) if "Byte" not in line)
    assert into(class_of_three, text, "utf-8")[0].not_in_file == ["bob"]


def test_answers_that_wait_for_a_person_are_warned_of(class_of_three: Path) -> None:
    with sqlite3.connect(class_of_three / "grading" / "gradebook.db") as gradebook:
        gradebook.execute("update grade set needs_manual_grade = 1")
    result, _ = into(class_of_three, CANVAS, "utf-8")
    assert "2 submissions have answers that a person has still to read" in result.remarks[0]


def test_moodles_import_holds_only_who_is_known_and_graded(class_of_three: Path) -> None:
    (result,) = export_as(find_course(class_of_three), ["small"], "moodle-gradebook")
    assert result.written.read_text() == "email,small\nada@example.org,4\nbob@example.org,1\n"


def test_classroom50_gets_its_results(class_of_three: Path) -> None:
    (result,) = export_as(find_course(class_of_three), ["small"], "classroom50")
    first = json.loads(result.written.read_text())[0]
    assert (first["schema"], first["usernames"], first["score"]) == ("classroom50/result/v1", ["ada"], 4)
    assert first["tests"] == [{"test-name": "test-double", "passed": True, "score": 4.0, "max-score": 4.0}]


def test_a_name_like_a_formula_is_no_formula_in_a_spreadsheet(class_of_three: Path) -> None:
    path = class_of_three / "grading" / "roster.csv"
    path.write_text(ROSTER.replace("Cleo Zoé", "=1+1"), encoding="utf-8")
    (result,) = export_as(find_course(class_of_three), ["small"], "plain")
    assert ",'=1+1," in result.written.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", "\0\0\0"])
def test_a_file_that_no_system_wrote_is_told(class_of_three: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"downloaded\.csv (has a first row that none of|is no table of text)"):
        into(class_of_three, text, "utf-8")


@pytest.mark.parametrize(
    "text", ['a,"b\nc",d\r\n', '"x""y",2\n3', "a\tb\n\nc", 'no "quotes" inside,1\n', "", '"open,1\n2', "a,\n,b\n"]
)
def test_a_table_loses_no_byte(text: str) -> None:
    rows, ends = split(text, ",")
    assert "".join(",".join(cells) + end for cells, end in zip(rows, ends, strict=True)) == text


def test_windows_letters_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("Identifier,Name\n1,Zoé\n".encode("cp1252"))
    sheet = read_worksheet(path)
    sheet.fill(1, 0, "2")
    assert sheet.content() == "Identifier,Name\n2,Zoé\n".encode("cp1252")


def test_the_command_fills_a_file_in_and_says_what_it_left(class_of_three: Path, commands: Commands) -> None:
    path = class_of_three / "canvas.csv"
    path.write_text(CANVAS, encoding="utf-8")
    result = commands.run(
        class_of_three, "autograder", "export", "small", "--into", "canvas.csv", "--output", "new.csv"
    )
    assert result.returncode == 0
    assert "small: 2 grades; nothing handed in: cleo" in result.stdout
    assert "written: new.csv" in result.stdout
    assert result.stderr == "In the file, but not in the course: Student, Test (4399).\n"
    assert path.read_text(encoding="utf-8") == CANVAS
    assert (class_of_three / "new.csv").read_text(encoding="utf-8") == FILES["canvas"][2]
