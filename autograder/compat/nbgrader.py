"""What the autograder uses of nbgrader that nbgrader does not document."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import nbgrader
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from traitlets import default


def leave_nothing_to_convert(converter: Autograde) -> None:
    """Have a converter that has chosen its submissions convert none of them.

    The attribute `assignments` (folder -> notebooks) is public, but nbgrader documents neither the attribute nor the
    moment at which it makes its exporter. There is no other way to keep nbgrader from opening the submissions: both
    its command and its formgrader name the class of the converter themselves.
    """
    converter.assignments = {}


def quiet_logger(name: str) -> logging.Logger:
    """Return a logger that writes nothing to the terminal; nbgrader adds a handler to it that collects its lines."""
    logger = logging.getLogger(f"autograder.{name}")
    logger.addHandler(logging.NullHandler())  # else Python writes warnings to the terminal
    logger.propagate = False
    logger.setLevel(logging.INFO)
    return logger


class QuietAPI(NbGraderAPI):  # type: ignore[misc]  # nbgrader carries no types
    """nbgrader's programming interface with a quiet logger, also inside one of nbgrader's own commands.

    NbGraderAPI asks for its logger before it knows its parent. So it would get the logger of the command that is
    running, set its level, and write to the terminal.
    """

    @default("log")
    def _log_default(self) -> logging.Logger:
        return quiet_logger(f"api.{id(self)}")


FORMGRADER_MACROS = "server_extensions/formgrader/templates/formgrade/formgrade_macros.html.j2"


def formgrader_macros() -> str:
    """Return the template with the scripts of the formgrader's page.

    A policy for the page allows each of these scripts by its hash. nbgrader has no setting for such a policy.
    """
    return Path(nbgrader.__file__).parent.joinpath(FORMGRADER_MACROS).read_text(encoding="utf-8")


def is_formgraders(resources: dict[str, Any]) -> bool:
    """Return whether nbconvert's resources are those of a submission that the formgrader shows.

    The same preprocessors serve all HTML pages. Only the formgrader's handler adds this key.
    """
    return "submission_id" in resources
