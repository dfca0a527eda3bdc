"""The solution goes a student's way before students do, with its folder's files, and may raise where it says so."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from conftest import Command, graded, scores, small_notebook

from autograder.execution.execute import Execute
from autograder.judging.reference import Reference, SolutionError
from autograder.sandbox.check import sandbox_problem
from autograder.sandbox.provisioner import KernelLostError
from autograder.seams.open_course import find_course

Submit = Callable[..., Path]
RIGHT = "def double(x):\n    return x + x"


def write_solution(course: Path, *first: nbformat.NotebookNode, setup: str = "") -> None:
    nb = small_notebook()
    nb.cells[0].source = f"{setup}\n{nb.cells[0].source}"
    nb.cells[:0] = first
    nbformat.write(nb, course / "solutions" / "small" / "notebook.ipynb")


@pytest.mark.skipif(bool(sandbox_problem()), reason=str(sandbox_problem()))
def test_a_package_that_the_sandbox_does_not_show_stops_grading_and_is_named(
    course: Path, command: Command, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course / "lib" / "only_here").mkdir(parents=True)
    (course / "lib" / "only_here" / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(course / "lib"))
    write_solution(course, setup="import only_here")
    submit("ada", RIGHT)
    result = command("autograder", "grade", "small")
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert (
        "cell 'test-double' earns 0 of 4 points; cell 'setup': ModuleNotFoundError: No module named 'only_here'" in line
    )
    assert "SandboxProvisioner.packages" in line
    assert not (course / "grading" / "autograded").exists()
    assert command("autograder", "grade", "small", "--no-sandbox").returncode == 0
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"import sys\nsys.path.insert(0, {str(course / 'lib')!r})\n")
        config.write("c.SandboxProvisioner.packages += ['only_here']\n")
        config.write(f"c.SandboxProvisioner.environment['PYTHONPATH'] = {str(course / 'lib')!r}\n")
    assert command("autograder", "grade", "small").returncode == 0
    assert scores(course) == {"ada": 4}


@pytest.mark.parametrize("cold", [[], ["--cold"]])
def test_the_files_of_its_folder_are_there_when_the_solution_runs(
    course: Path, command: Command, submit: Submit, cold: list[str]
) -> None:
    folder = course / "solutions" / "small"
    (folder / "helper.py").write_text("FACTOR = 2\n")
    (folder / "data").mkdir()
    (folder / "data" / "factor.csv").write_text("2")
    write_solution(course, setup="import helper\nassert open('data/factor.csv').read() == '2'")
    submit("ada", "def double(x):\n    return helper.FACTOR * x")
    result = command("autograder", "grade", "small", *cold)
    assert result.returncode == 0, result.stderr
    assert "start cold" not in result.stderr
    assert scores(course) == {"ada": 4}
    (folder / "helper.py").write_text("FACTOR = 3\n")  # which decides what the solution records
    assert command("autograder", "grade", "small", *cold).returncode == 0
    assert scores(course) == {"ada": 0}


def test_a_cell_that_may_raise_stops_nothing(course: Path, command: Command, submit: Submit) -> None:
    tag = {"tags": ["raises-exception"]}
    shows = nbformat.v4.new_code_cell("1 / 0", id="shows", metadata=tag)
    test = graded("double(1, 2)", "test-error", grade=True, locked=True, points=2)
    test.metadata |= tag
    write_solution(course, shows, test)
    submit("ada", RIGHT)
    result = command("autograder", "grade", "small")
    assert result.returncode == 0, result.stderr
    assert scores(course) == {"ada": 4}, "as with nbgrader, a graded cell that raises earns nothing"


def test_a_reference_whose_kernel_is_lost_is_the_courses_fault(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(*_: object, **options: object) -> None:
        raise KernelLostError("A kernel did not start.")

    write_solution(course, setup="'a solution that no other test has'")
    monkeypatch.setattr(Execute, "run", lose)
    with pytest.raises(SolutionError, match="could not be run: A kernel did not start"):
        Reference(config=find_course(course).config).records("small", "notebook")
