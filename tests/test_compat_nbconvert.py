"""nbconvert still works as autograder.compat.nbconvert expects it to."""

from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.compat.nbconvert import PreparingExporter, replace_mathjax


class Preparing(PreparingExporter):
    """Counts how often a page is prepared."""

    times = 0

    def prepare(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Count."""
        self.times += 1
        return super().prepare(nb, resources)


def test_nbconvert_preprocesses_once_by_the_method_that_is_overridden() -> None:
    exporter = Preparing()
    exporter.from_notebook_node(new_notebook())
    assert exporter.times == 1, "nbconvert no longer preprocesses by _preprocess: TimedPage cannot start its clock"


def test_mathjax_can_be_replaced_in_a_page() -> None:
    exporter = HTMLExporter(template_name="classic")
    replace_mathjax(exporter, "<!-- no other host -->")
    page, _ = exporter.from_notebook_node(new_notebook(cells=[new_markdown_cell("$x$")]))
    assert "<!-- no other host -->" in page, "nbconvert's templates no longer import MathJax from mathjax.html.j2"
    assert "MathJax.js" not in page
