"""The formgrader shows no page of a name that could run a script there."""

from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from nbgrader.server_extensions.formgrader import handlers
from tornado.web import HTTPError

from autograder.seams.formgrader import refuse_markup


class Handler(handlers.BaseHandler):  # type: ignore[misc]  # nbgrader carries no types
    """One of the formgrader's, without a server."""

    def __init__(self) -> None:
        """Take no request."""

    @property
    def settings(self) -> dict[str, Any]:
        """Return what the extension sets, as it does."""
        return {"nbgrader_jinja2_env": Environment(loader=FileSystemLoader([handlers.template_path]))}


def page(**names: str) -> str:
    """Return what the formgrader shows of a student's submission."""
    refuse_markup()
    shown: str = Handler().render("manage_students_notebook_submissions.tpl", base_url="", **names)
    return shown


def test_a_students_page_has_its_id() -> None:
    assert 'var student_id = "o\'brien";' in page(student_id="o'brien", assignment_id="small")


@pytest.mark.parametrize("name", ['";alert(1)//', "</script><script>alert(1)</script>", "<b>", "a&b", "a`b", "a\\"])
@pytest.mark.parametrize("place", ["student_id", "assignment_id"])
def test_a_name_with_markup_has_no_page(place: str, name: str) -> None:
    with pytest.raises(HTTPError) as refused:
        page(**{"student_id": "ada", "assignment_id": "small"} | {place: name})
    assert refused.value.status_code == 404
