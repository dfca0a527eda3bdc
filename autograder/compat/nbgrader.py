"""What the autograder uses of nbgrader that nbgrader does not document."""

from __future__ import annotations

from nbgrader.converters import Autograde


def leave_nothing_to_convert(converter: Autograde) -> None:
    """Have a converter that has chosen its submissions convert none of them.

    The attribute `assignments` (folder -> notebooks) is public, but nbgrader documents neither the attribute nor the
    moment at which it makes its exporter. There is no other way to keep nbgrader from opening the submissions: both
    its command and its formgrader name the class of the converter themselves.
    """
    converter.assignments = {}
