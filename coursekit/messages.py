"""What a failing check tells a student: the exceptions, and the hints for code that stopped with an error."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType

from coursekit import sources
from coursekit.differences import clip, type_name

# For each class of error, either one hint, or hints by a part of the error's text. The first that fits is taken.
Hints = Mapping[type[Exception], str | Mapping[str, str]]


class _Quiet(Exception):  # noqa: N818 - a message to the student, not an error in the code
    """An exception that Jupyter shows as its text alone, because the student's code did not crash."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class StillToDo(_Quiet):
    """The student has not replaced the stub of an exercise yet."""


class CheckFailed(_Quiet, AssertionError):  # noqa: N818 - the name that the student reads
    """A check that failed. `str` gives its message, one item per line."""

    def __init__(self, got: str, expected: str, *, where: str = "", hint: str = "") -> None:
        """Take the lines that a check knows. `checks.exercise` adds the others."""
        super().__init__(got, expected)
        self.headline = ""
        self.items = {"check": "", "got": got, "expected": expected, "where": where, "hint": hint, "reread": ""}

    def __str__(self) -> str:
        """Return the message, one item per line."""
        items = [f"{name}: {text}" for name, text in self.items.items() if text]
        return "\n".join([self.headline, *items] if self.headline else items)

    def in_exercise(self, headline: str, read: str) -> CheckFailed:
        """Add the exercise's headline and what to reread, and return the error itself."""
        self.headline = headline
        self.items["reread"] = read
        return self


def invalid_code(name: str, error: SyntaxError) -> CheckFailed:
    """Return the failure for a cell that is not valid Python; `name` is what the cell defines."""
    line = f"line {error.lineno} of the cell that defines {name}: {(error.text or '').strip()}"
    hint = "Correct that cell and run it again. Until then, the check sees an older version of it, or none."
    return CheckFailed(f"{type_name(error)}: {error.msg}", "valid Python", where=clip(line), hint=hint)


def forgotten_raise(name: str) -> CheckFailed:
    """Return the failure for a function that is written, but still ends with the stub's `raise`."""
    hint = "Your code still ends with raise NotImplementedError: delete that line."
    return CheckFailed("NotImplementedError", "no error", where=f"in {name}", hint=hint)


def hint_for(error: Exception, hints: Hints, trace: TracebackType) -> str:
    """Return the first of `hints` that fits an error, or a hint about a name that is not defined, or "".

    Args:
        error: what the student's code stopped with.
        hints: the hints of the exercise.
        trace: the traceback of the error, from the frame of the test cell on.
    """
    for kind, hint in hints.items():
        by_text = {"": hint} if isinstance(hint, str) else hint
        if isinstance(error, kind) and (fitting := [by_text[text] for text in by_text if text in str(error)]):
            return fitting[0]
    return _missing_name(error, trace)


def _missing_name(error: Exception, trace: TracebackType) -> str:
    """Return a hint about a name that is not defined, or "" for any other error."""
    if not isinstance(error, NameError) or isinstance(error, UnboundLocalError):
        return ""
    if sources.innermost(trace).tb_frame.f_code.co_filename == trace.tb_frame.f_code.co_filename:
        return f"Run the cell above that defines {error.name}, then this one."
    return f"Check the spelling of {error.name}. If a cell above defines it, run that cell first."
