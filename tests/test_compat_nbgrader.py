"""nbgrader still works as autograder.compat.nbgrader expects it to."""

import re
from pathlib import Path
from typing import Any

import nbgrader
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.compat.nbgrader import formgrader_macros, leave_nothing_to_convert
from autograder.files import write_files

CHANGED = (
    "nbgrader has changed when it makes its exporter, or what it converts after that: GradingExporter can no longer "
    "grade in place of nbgrader's converter"
)


class Emptying(NotebookExporter):  # type: ignore[misc]  # nbconvert carries no types
    """Notes what the converter has chosen, and leaves it nothing."""

    chosen: Any = None

    def __init__(self, **kw: Any) -> None:
        """Take over from the converter."""
        super().__init__(**kw)
        Emptying.chosen = dict(self.parent.assignments)
        leave_nothing_to_convert(self.parent)


def test_nbgrader_makes_its_exporter_after_choosing_and_before_opening_submissions(tmp_path: Path) -> None:
    write_files({"submitted/ada/ps1/problem.ipynb": b"{broken", "submitted/ada/ps1/words.txt": b"own"}, tmp_path)
    config = Config({"Autograde": {"exporter_class": Emptying}})
    course = CourseDirectory(root=str(tmp_path), assignment_id="ps1", db_url=f"sqlite:///{tmp_path}/gradebook.db")
    Autograde(coursedir=course, config=config).start()
    folder = tmp_path / "submitted" / "ada" / "ps1"
    assert Emptying.chosen == {str(folder): [str(folder / "problem.ipynb")]}, CHANGED
    assert not (tmp_path / "autograded").exists(), CHANGED
    assert not (tmp_path / "gradebook.db").exists(), CHANGED


def test_the_formgraders_page_has_the_scripts_that_its_policy_allows() -> None:
    assert re.search(r"<script[^>]*>[^<]+</script>", formgrader_macros()), (
        "nbgrader has moved the scripts of its formgrader: the policy of its page, in autograder.seams.pages, has to "
        "allow them"
    )


def test_the_formgraders_script_waits_for_mathjax_as_our_stub_expects() -> None:
    script = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "static" / "js" / "formgrade.js"
    assert "MathJax.Hub.Startup.signal.Interest" in script.read_text(encoding="utf-8"), (
        "nbgrader's formgrader no longer waits for MathJax: see what its script expects of autograder.seams.pages"
    )
