"""A page that takes too long to render shows the verdicts alone."""

import signal
from typing import Any

import nbformat.v4 as v4
import pytest
from conftest import graded
from traitlets.config import Config

from autograder.cells import make_output
from autograder.judging.verdicts import METADATA
from autograder.seams.page_time import INSTEAD, TimedPage


def endless(text: str) -> str:
    while "slow" in text:
        pass
    return text


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers")
def test_a_page_that_takes_too_long_shows_the_verdicts_alone() -> None:
    judged = graded("", "test", locked=True, grade=True, points=1)
    judged.metadata[METADATA] = {}
    judged.outputs = [
        make_output("stream", name="stdout", text="the verdict"),
        make_output("stream", name="stderr", text="what else came"),
    ]
    runs: list[Any] = []

    def count(nb: Any, resources: Any) -> Any:
        runs.append(nb)
        return nb, resources

    exporter = TimedPage(config=Config({"TimedPage": {"time_limit": 0.2}}), filters={"markdown2html": endless})
    exporter.register_preprocessor(count, enabled=True)
    page, _ = exporter.from_notebook_node(v4.new_notebook(cells=[v4.new_markdown_cell("slow"), judged]))
    assert INSTEAD in page
    assert "the verdict" in page
    assert "what else came" not in page
    assert len(runs) == 1, "preprocessors, which may run the notebook again, run once"
    assert signal.getsignal(signal.SIGVTALRM) == signal.SIG_DFL


def test_another_page_is_as_it_was() -> None:
    page, _ = TimedPage().from_notebook_node(v4.new_notebook(cells=[v4.new_markdown_cell("quick")]))
    assert "quick" in page
    assert INSTEAD not in page
