"""nbgrader's configuration: all of it counts, and its paths start at the course folder."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from commands import Commands
from conftest import SOLUTION, Command, scores, small_notebook

from autograder.configuration import ConfigurationError
from autograder.course import Course
from autograder.errors import UsageError
from autograder.seams.open_course import find_course

Submit = Callable[..., Path]


def configure(folder: Path, *lines: str) -> None:
    """Add lines to a folder's nbgrader_config.py."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))


@pytest.fixture
def hub(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, course: Path) -> Path:
    """An instructor's home on a JupyterHub: servers start there, and Jupyter's configuration names the course."""
    home = tmp_path_factory.mktemp("home")
    configure(home / "jupyter", f"c.CourseDirectory.root = {str(course)!r}")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(home / "jupyter"))
    return home


def test_commands_started_elsewhere_use_the_gradebook_of_the_course(
    hub: Path, course: Path, commands: Commands, submit: Submit
) -> None:
    submit("ada", SOLUTION)
    result = commands.run(hub, "autograder", "grade", "small")
    assert result.returncode == 0, result.stderr
    listed = commands.run(hub, "nbgrader", "db", "student", "list")
    assert "ada" in listed.stdout + listed.stderr
    assert scores(course) == {"ada": 4}
    assert [path.name for path in hub.iterdir()] == ["jupyter"]


def test_the_formgrader_started_elsewhere_opens_the_gradebook_of_the_course(
    hub: Path, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

    monkeypatch.chdir(hub)
    formgrader = FormgradeExtension()
    formgrader.initialize([])
    assert formgrader.coursedir.db_url == f"sqlite:///{course}/grading/gradebook.db"


def test_relative_paths_start_at_the_course_folder(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(
        course,
        "c.Reference.directory = 'kept'",
        "c.SandboxProvisioner.readable = ['data']",
        "c.Exchange.root = 'exchange'",
        "c.CourseDirectory.db_url = 'sqlite:///other.db'",
    )
    monkeypatch.chdir("/")
    config = find_course(course / "solutions").config
    assert config.CourseDirectory.db_url.startswith(f"sqlite:///{course}/other.db?")
    assert config.Reference.directory == f"{course}/kept"
    assert config.SandboxProvisioner.readable == [f"{course}/data"]
    assert config.Exchange.root == f"{course}/exchange"


def test_a_students_copy_of_the_course_gets_no_folder_for_a_gradebook(
    course: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    student = course / "student"
    configure(student, (course / "nbgrader_config.py").read_text(encoding="utf-8"))
    nb = small_notebook()
    nb.cells[2].source = "checks.equal(double(3), 6)"
    nbformat.write(nb, student / "notebook.ipynb")
    result = commands.run(student, "nbgrader", "validate", "notebook.ipynb")
    assert "passes all the tests" in result.stdout, result.stdout + result.stderr
    assert not (student / "grading").exists()


def test_jupyters_folders_are_read_first_and_the_course_folder_wins(
    course: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [tmp_path_factory.mktemp(name) for name in ("user", "hub")]
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(places[0]))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(places[1]))
    configure(places[0], "c.A.user, c.A.both, c.A.all = 1, 1, 1")
    configure(places[1], "c.A.hub, c.A.both, c.A.all = 2, 2, 2")
    (places[0] / "jupyter_config.py").write_text("c.A.jupyter, c.A.user = 3, 3", encoding="utf-8")
    configure(course, "c.A.all = 4")
    (course / "nbgrader_config.json").write_text(json.dumps({"A": {"json": 5}}), encoding="utf-8")
    read = find_course(course).config.A
    assert {name: read.get(name) for name in ("user", "hub", "jupyter", "all", "json")} == {
        "user": 1,
        "hub": 2,
        "jupyter": 3,
        "all": 4,
        "json": 5,
    }


def test_a_course_may_be_configured_in_json_alone(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.json").write_text('{"CourseDirectory": {"course_id": "x"}}', encoding="utf-8")
    assert find_course(tmp_path).directory.course_id == "x"


def test_a_folder_without_a_course_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="change to the course folder"):
        find_course(tmp_path)


@pytest.mark.parametrize("fault", ["c.A.b = nobody", "c.A. = 1", "import nosuchmodule"])
def test_a_configuration_that_cannot_be_read_is_named(course: Path, fault: str) -> None:
    configure(course, fault)
    with pytest.raises(ConfigurationError, match=r"nbgrader_config.py cannot be read \(\w+Error: .*\): correct it"):
        find_course(course)


def test_steps_that_a_course_appends_come_after_those_of_the_autograder(course: Path) -> None:
    text = "class Own: pass\nc.Autograde.autograde_preprocessors.append(Own)\n"
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8").replace("plug_in(c)", f"{text}plug_in(c)"), encoding="utf-8")
    names = [step.__name__ for step in find_course(course).config.Autograde.autograde_preprocessors]
    assert "Judge" in names and names[-1] == "Own"


PLUGIN = """from nbgrader.plugins import BasePlugin
class SubMarks(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        {}
"""


@pytest.fixture
def late(course: Path, command: Command, submit: Submit) -> Callable[[str], "tuple[int, str]"]:
    """Grades a late submission under a plugin in the course folder, and returns the exit code and stderr."""

    def run(body: str) -> tuple[int, str]:
        configure(course, "c.AssignLatePenalties.plugin_class = 'latepenalty.SubMarks'")
        (course / "latepenalty.py").write_text(PLUGIN.format(body), encoding="utf-8")
        assert command("autograder", "release", "small").returncode == 0
        due = command("nbgrader", "db", "assignment", "add", "small", "--duedate", "2020-01-01 00:00:00 UTC")
        assert due.returncode == 0, due.stderr
        path = submit("ada", SOLUTION)
        path.with_name("timestamp.txt").write_text("2020-01-02 00:00:00 UTC", encoding="utf-8")
        result = command("autograder", "grade", "small")
        return result.returncode, result.stderr

    return run


def test_a_late_penalty_plugin_in_the_course_folder_counts(
    course: Path, late: Callable[[str], "tuple[int, str]"]
) -> None:
    code, errors = late("return 1.5")
    assert code == 0, errors
    with sqlite3.connect(course / "grading" / "gradebook.db") as gradebook:
        assert gradebook.execute("select late_submission_penalty from submitted_notebook").fetchall() == [(1.5,)]


@pytest.mark.parametrize("body", ["return nobody", "return 'a lot'", "nonsense)"])
def test_a_late_penalty_plugin_that_fails_is_told_in_one_sentence(
    late: Callable[[str], "tuple[int, str]"], body: str
) -> None:
    code, errors = late(body)
    assert code == 1
    assert ("latepenalty" in errors or "SubMarks" in errors) and len(errors.strip().splitlines()) == 1


STRUCTURES = [
    "{nbgrader_step}/{assignment_id}/{student_id}",
    "{nbgrader_step}/{student_id}/work-{assignment_id}",
    "{assignment_id}/{nbgrader_step}/{student_id}/{assignment_id}",
]


def moved(course: Path, **settings: str) -> Course:
    configure(course, *(f"c.CourseDirectory.{name} = {value!r}" for name, value in settings.items()))
    return find_course(course)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_folders_are_where_the_directory_structure_says(course: Path, structure: str) -> None:
    (course / "solutions" / "small").rename(course / "kept")
    read = moved(course, directory_structure=structure)
    for step, assignment, student in (
        ("source", "s[1]", "."),
        ("submitted", "s[1]", "李雷"),
        ("submitted", "t", "bob"),
    ):
        folder = read.folder(step, assignment, student)
        folder.mkdir(parents=True)
        nbformat.write(small_notebook(), folder / "notebook.ipynb")
    assert read.assignments() == ["s[1]"]
    assert read.notebooks("s[1]") == ["notebook"]
    assert read.students("s[1]") == ["李雷"]


def test_a_course_of_another_structure_is_graded(course: Path, command: Command, submit: Submit) -> None:
    folder = submit("ada", SOLUTION).parent
    folder.rename(course / "ada")
    folder.parent.rmdir()
    (course / "grading" / "submitted" / "small").mkdir()
    (course / "ada").rename(course / "grading" / "submitted" / "small" / "ada")
    moved(course, directory_structure=STRUCTURES[0])
    result = command("autograder", "grade", "small")
    assert result.returncode == 0, result.stderr
    assert scores(course) == {"ada": 4}
    assert (course / "grading" / "autograded" / "small" / "ada" / "notebook.ipynb").is_file()


def test_absolute_folders_are_used_and_a_scratch_course_leaves_them_alone(
    course: Path, command: Command, submit: Submit, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    submit("ada", SOLUTION)
    notebook = course / "solutions" / "small" / "notebook.ipynb"
    required = r"""record(\"of three\", lambda: double(3), required=True)\n"""  # as `verify` wants it
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace(r"record(\"of zero", required + r"record(\"of zero"), encoding="utf-8")
    (course / "solutions").rename(elsewhere / "source")
    (course / "grading" / "submitted").rename(elsewhere / "submitted")
    steps = ("source", "release", "submitted", "autograded", "feedback")
    moved(course, **{f"{step}_directory": str(elsewhere / step) for step in steps})
    for words in (["release"], ["verify"], ["grade", "small"]):
        result = command("autograder", *words)
        assert result.returncode == 0, result.stderr
    assert scores(course) == {"ada": 4}
    assert [path.name for path in (elsewhere / "submitted").iterdir()] == ["ada"]


def test_ids_that_the_configuration_leaves_out_are_left_out(course: Path, submit: Submit) -> None:
    for student in ("ada", "abe", "bob"):
        submit(student)
    nbformat.write(small_notebook(), course / "solutions" / "small" / "draft.ipynb")
    (course / "solutions" / "data").mkdir()
    read = moved(course, notebook_id="note*", student_id="a*", student_id_exclude="abe")
    assert read.assignments() == ["small"]
    assert read.notebooks("small") == ["notebook"]
    assert read.students("small") == ["ada"]


@pytest.mark.parametrize("name", ["a+b", " small"])
def test_a_name_that_nbgrader_refuses_is_told_in_one_sentence(course: Path, command: Command, name: str) -> None:
    (course / "solutions" / "small").rename(course / "solutions" / name)
    result = command("autograder", "release")
    assert result.returncode == 2
    assert "rename" in result.stderr and len(result.stderr.strip().splitlines()) == 1
