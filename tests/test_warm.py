"""What the reference solution prepares makes kernels faster, and shows them nothing that they should not see."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import nbformat.v4 as v4
import pytest
from conftest import ROOT, graded
from nbformat.notebooknode import NotebookNode
from traitlets.config import Config

from autograder import sandbox
from autograder.course import find_course
from autograder.execute import Execute
from autograder.reference import Preparation, Reference

pytestmark = pytest.mark.skipif(bool(sandbox.missing()), reason=sandbox.missing())
Prepare = Callable[[str], tuple[Config, Preparation]]


def shown(cell: NotebookNode) -> str:
    """Return all text of a cell's outputs."""
    return "".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def run(config: Config, preparation: Preparation, *sources: str, **traits: object) -> list[str]:
    """Run cells and return what each shows."""
    nb = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    Execute(config=config, **traits).run(nb, {}, preparation)
    return [shown(cell) for cell in nb.cells]


@pytest.fixture
def prepare(tmp_path: Path) -> Prepare:
    """Prepares kernels for a course whose one solution is the given code."""

    def run_reference(solution: str) -> tuple[Config, Preparation]:
        (tmp_path / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
        course = find_course(tmp_path)
        source = course.folder("source", "small") / "notebook.ipynb"
        source.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(v4.new_notebook(cells=[graded(solution, "double", solution=True)]), source)
        course.config.Reference.cache_writer |= {"MADE": "{cache}"}
        course.config.SandboxProvisioner.cache_reader |= {"MADE": "{cache}"}
        return course.config, Reference(config=course.config).prepared("small", "notebook")

    return run_reference


WRITE = "import os\nfrom pathlib import Path\nPath(os.environ['MADE'], 'f3a9').write_text('program')"
TRY = "try: {}\nexcept OSError as error: print(error.strerror)"
KNOWN = "import os\nfrom pathlib import Path\nmade = Path(os.environ['MADE'])\nprint((made / 'f3a9').read_text())"


def test_a_submission_reads_what_it_can_name_of_the_references_cache_and_lists_and_changes_nothing(
    prepare: Prepare,
) -> None:
    tries = ("list(made.iterdir())", "made.chmod(0o777)", "(made / 'x').write_text('x')", "(made / 'f3a9').unlink()")
    assert run(*prepare(WRITE), KNOWN, *map(TRY.format, tries)) == [
        "program\n",
        "Permission denied\n",
        *["Read-only file system\n"] * 3,
    ]


def test_a_cache_is_replaced_with_its_solution_and_absent_where_the_solution_writes_none(prepare: Prepare) -> None:
    first = prepare(WRITE)[1].cache
    second = prepare(WRITE + "\n# changed")[1].cache
    assert first and second and first != second
    assert second.exists() and not first.exists()
    assert prepare("x = 1")[1].cache is None
    assert not second.exists()


def test_without_preparation_there_is_no_cache(prepare: Prepare) -> None:
    assert run(*prepare(WRITE), "import os\nprint('MADE' in os.environ, os.path.exists('/cache'))", warm=False) == [
        "False False\n"
    ]


COUNT = """
import jax, jax.numpy as jnp
events = []
jax.monitoring.register_event_listener(lambda event, **more: events.append(event.rsplit("/")[-1]))
"""
PROGRAMS = """
def double(x):
    return {}
jax.jit(double)(jnp.ones(3)); jnp.sort(jnp.ones(5))
print("cache_hits" in events, "cache_misses" in events)
"""


def test_xla_programs_of_the_solution_are_not_compiled_again_and_no_others_are_kept(prepare: Prepare) -> None:
    config, preparation = prepare(COUNT + PROGRAMS.format("x + x"))
    assert preparation.cache is not None
    before = sorted(preparation.cache.iterdir())
    assert run(config, preparation, COUNT, PROGRAMS.format("3 * x")) == ["", "True False\n"]
    assert sorted(preparation.cache.iterdir()) == before
