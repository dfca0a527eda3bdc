"""The committed course: every assignment verifies, and the first page runs."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent


@pytest.mark.xdist_group("verify")
@pytest.mark.parametrize("assignment", [path.name for path in sorted((ROOT / "solutions").iterdir())])
def test_an_assignment_verifies(assignment: str) -> None:
    script = Path(sys.executable).parent / "autograder"
    result = subprocess.run([script, "verify", assignment], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "course").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_course_page_runs_with_nothing_on_stderr(path: Path, tmp_path: Path) -> None:
    nb = nbformat.read(path, as_version=4)
    NotebookClient(nb, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in nb.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("[cs]o*/**/*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    nb = nbformat.read(path, as_version=4)
    assert [cell.id for cell in nb.cells if cell.cell_type == "code" and cell.outputs] == []
