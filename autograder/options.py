"""Options: what several commands take, and the files that their results are written to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from autograder.errors import UsageError
from autograder.files import write_atomically

Assignment = Annotated[str, typer.Argument(help="The name of the assignment's folder in solutions/.")]
STDOUT = "-"  # stands for a file's name
OR_STDOUT = "Without FILE: to standard output, instead of the table."


class FileOptions(TyperCommand):
    """A command whose options --json and --csv mean standard output if no file is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Insert the sign for standard output after an option without a file."""
        expanded = [
            [word, STDOUT] if word in ("--json", "--csv") and (not after or after.startswith("-")) else [word]
            for word, after in zip(args, [*args[1:], ""], strict=True)
        ]
        return super().parse_args(ctx, [word for words in expanded for word in words])


def output_names(json_file: str, csv_file: str = "") -> tuple[str, str]:
    """Return the names of the files for JSON and CSV, "" for one that is not wanted; UsageError if they are the same.

    The current folder may change after this, so names become absolute.
    """
    if json_file and json_file == csv_file:
        raise UsageError("--json and --csv cannot write to the same place: name another file for one of them.")
    return _absolute(json_file), _absolute(csv_file)


def _absolute(name: str) -> str:
    return name if name in ("", STDOUT) else str(Path(name).absolute())


def write_output(name: str, text: str) -> None:
    """Write a text to a file, or to standard output if `name` is STDOUT."""
    if name == STDOUT:
        sys.stdout.write(text)
    else:
        write_atomically(Path(name), text)
