"""The committed course: every assignment verifies, and notebooks hold no outputs."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("assignment", [path.name for path in sorted((ROOT / "solutions").iterdir())])
def test_an_assignment_verifies(assignment: str) -> None:
    script = Path(sys.executable).parent / "autograder"
    result = subprocess.run([script, "verify", assignment], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


NOTEBOOKS = [*ROOT.glob("course/*.ipynb"), *ROOT.glob("solutions/*/*.ipynb")]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS), ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    nb = nbformat.read(path, as_version=4)
    assert [cell.id for cell in nb.cells if cell.cell_type == "code" and cell.outputs] == []
