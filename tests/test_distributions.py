"""The autograder and coursekit are distributions of their own, and the autograder works without the course."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from test_other_courses import guide, scores

from autograder.sandbox.check import sandbox_problem

__all__ = ["guide"]  # a fixture

PACKAGES = ["autograder", "coursekit"]
UV = [sys.executable, "-m", "uv", "--quiet"]


def modules(package: str) -> list[Path]:
    folder = ROOT / package
    return [path for path in sorted(folder.rglob("*.py")) if "build" not in path.relative_to(folder).parts]


def built(package: str, out: Path) -> Path:
    """Build a wheel with the setuptools of this environment, from a copy, so that nothing is left in the checkout."""
    copy = shutil.copytree(ROOT / package, out / "source" / package, ignore=shutil.ignore_patterns("*.egg-info"))
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        copy,
    ]
    command += ["-w", out]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return next(out.glob(f"course_{package}-*.whl"))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_wheel_holds_every_module_and_nothing_else(package: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(built(package, tmp_path)) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    templates = (ROOT / package).rglob("*_page.html")
    wanted = {path.relative_to(ROOT).as_posix() for path in (*modules(package), *templates)}
    assert names == wanted | {f"{package}/py.typed"}, f"correct `packages` in {package}/pyproject.toml"


@pytest.mark.parametrize("package", PACKAGES)
def test_neither_package_imports_the_other(package: str) -> None:
    other = next(name for name in PACKAGES if name != package)
    for path in modules(package):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
                assert other not in {name.split(".")[0] for name in names}, path


@pytest.mark.parametrize("package", PACKAGES)
def test_what_a_package_imports_is_declared(package: str) -> None:
    declared = tomllib.loads((ROOT / package / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    known = {re.split(r"[^\w-]", line)[0].replace("-", "_") for line in declared}
    called = {"ipython": "IPython", "pyyaml": "yaml", "pyzmq": "zmq"}
    known = {called.get(name, name) for name in known} | {package, "dask"}  # distributed is dask's other half
    for path in modules(package):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            missing = {name.split(".")[0] for name in names} - known - sys.stdlib_module_names
            assert not missing, f"{path} imports {missing}"


@pytest.mark.skipif(bool(sandbox_problem()), reason=str(sandbox_problem()))
def test_the_autograder_alone_grades_a_course_in_an_environment_of_its_own(guide: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    python = venv / "bin" / "python"
    wanted: list[str | Path] = ["--constraint", pins(tmp_path), built("autograder", tmp_path)]
    installers: list[list[str | Path]] = [
        [*UV, "pip", "install", "--offline", "--python", python],  # what was installed once is in uv's cache
        [*UV, "pip", "install", "--python", python],
        [python, "-m", "pip", "install", "--quiet"],  # knows settings of this machine that uv does not know
    ]
    for install in installers:
        result = subprocess.run([*install, *wanted], capture_output=True, text=True, check=False)
        if result.returncode == 0:
            break
    else:
        pytest.skip(f"the dependencies cannot be fetched: {result.stderr.strip().splitlines()[0]}")

    def autograder(*words: str) -> str:
        command: list[str | Path] = [venv / "bin" / "autograder", *words]
        result = subprocess.run(command, cwd=guide, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    assert "course" not in autograder("--version")
    assert autograder("--version").split()[0] == "autograder"
    assert "grade" in autograder("--help")
    assert "sandbox" in autograder("doctor")
    autograder("grade", "ps1")
    points = scores(guide / "gradebook.db")
    assert {student for student, _ in points} >= {"bitdiddle", "hacker", "teacher", "beginner"}
    assert sum(score for (student, _), score in points.items() if student == "teacher" and score) > 0
    assert not [score for (student, _), score in points.items() if student == "beginner" and score]


def pins(folder: Path) -> Path:
    """The versions that the course is tested with, without its local folders."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    path = folder / "constraints.txt"
    path.write_text("\n".join(line for line in lines if "==" in line), encoding="utf-8")
    return path
