"""Formgrader: its pages put names out of their address into scripts, so a link to one could run a script of its own."""

from __future__ import annotations

import functools
import sys
from typing import Any

from autograder.gradebook import MARKUP

PAGES = "nbgrader.server_extensions.formgrader.base"  # the module of the class that makes the pages
NAMES = "student_id", "assignment_id", "notebook_id"  # what a template shows as it stands in the address
UNSAFE = MARKUP | {"\\"}


def refuse_markup() -> None:
    """Have the formgrader of this process, if it is one, answer that there is no page of a name with markup."""
    pages: Any = sys.modules.get(PAGES)
    if pages is None or hasattr(pages.BaseHandler.render, "__wrapped__"):
        return
    render = pages.BaseHandler.render

    @functools.wraps(render)
    def render_plain_names(self: Any, template: str, **shown: Any) -> Any:
        for name in NAMES:
            if UNSAFE & set(str(shown.get(name, ""))):
                raise pages.web.HTTPError(404, "no page has a name with one of %s", " ".join(sorted(UNSAFE)))
        return render(self, template, **shown)

    pages.BaseHandler.render = render_plain_names
