"""What the autograder uses of nbconvert that nbconvert does not document."""

from __future__ import annotations

from typing import Any

from jinja2 import DictLoader
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbformat.notebooknode import NotebookNode

MATHJAX = "mathjax.html.j2"  # the template from which nbconvert's and nbgrader's pages import the macro `mathjax`


def replace_mathjax(exporter: TemplateExporter, head: str) -> None:
    """Have an exporter's pages hold `head` in place of the script that loads MathJax from another host.

    A preprocessor is the only thing that nbgrader's configuration can add to the formgrader's pages. nbconvert has a
    setting for the address of MathJax, but none to leave it out.
    """
    macro = "{% macro mathjax(address=none) %}{% raw %}" + head + "{% endraw %}{% endmacro %}"
    exporter.extra_loaders = [DictLoader({MATHJAX: macro})]


class PreparingExporter(HTMLExporter):  # type: ignore[misc]  # nbconvert carries no types
    """An HTML exporter whose subclasses can act between preprocessing and rendering.

    nbconvert does both in one public method, and has a private one for the first half.
    """

    def prepare(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook and the resources as the preprocessors leave them."""
        prepared: tuple[NotebookNode, dict[str, Any]] = super()._preprocess(nb, resources)
        return prepared

    def _preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        return self.prepare(nb, resources)
