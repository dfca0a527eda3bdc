"""Hand in: a notebook is run once from the top, a table says how far it is, and the file to hand in is made.

    python -m coursekit.handin ASSIGNMENT             runs the notebook and makes handin/ASSIGNMENT-DATE.zip
    python -m coursekit.handin ASSIGNMENT --no-run    makes the file without running the notebook

It takes the notebook from `work/ASSIGNMENT/` if that folder exists, otherwise from `assignments/ASSIGNMENT/`.
A file `handin.toml` in the course folder may say what the instructor wants:

    form = "zip"                # or "notebook": the notebook as it is
    text = "Upload the file to …"
    seconds_per_cell = 120
    [assignments]
    01-forward-propagation = ["forward-propagation.ipynb"]
"""

from __future__ import annotations

import argparse
import codecs
import io
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from coursekit.standings import plain, table

SETTINGS = "handin.toml"
COPY = re.compile(r"-Copy\d+$")  # what JupyterLab adds to the name of a copy
HIDDEN = re.compile(r"^(\.|__pycache__$)")
MOST_FILES, MOST_BYTES = 1000, 50_000_000  # of the files next to the notebooks
RUN = "python -m coursekit.handin"


class HandInError(Exception):
    """Nothing can be handed in; the message says why in one sentence."""


@dataclass(frozen=True)
class Settings:
    """What the instructor wants."""

    form: str = "zip"
    text: str = "Now give this file to your instructor, in the way that you were told."
    seconds_per_cell: int = 120
    assignments: Mapping[str, Sequence[str]] = field(default_factory=dict)


def from_notebook(assignment: str) -> None:
    """Ask whether the notebook is saved, then hand in the saved file; the last cell of an assignment calls this.

    It does nothing where nobody can answer: in Validate, in grading, and in the run that handing in makes.

    Args:
        assignment: the name of the assignment's folder.
    """
    try:
        answer = input("Save the notebook first (Ctrl+S). Then type yes to hand it in: ")
    except (NotImplementedError, EOFError):  # IPython's error if the front end takes no input is the first one
        return
    if answer.strip().casefold() not in ("yes", "y"):
        print("Nothing was handed in.")
        return
    command = [sys.executable, "-P", "-u", "-X", "utf8", "-m", "coursekit.handin", assignment]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert isinstance(process.stdout, io.BufferedReader)
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        while some := process.stdout.read1(4096):
            print(decoder.decode(some), end="", flush=True)


def course_folder() -> Path:
    """Return the course folder: the current one or the first above it that has assignments."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / SETTINGS).is_file() or (folder / "assignments").is_dir():
            return folder
    raise HandInError("There is no course here: run this in the course folder, the one that has assignments/ in it.")


def read_settings(root: Path) -> Settings:
    """Return what `handin.toml` says, or the defaults.

    Raises:
        HandInError: the file cannot be read, or has a setting that does not exist or is wrong.
    """
    file = root / SETTINGS
    try:
        settings = Settings(**tomllib.loads(file.read_text(encoding="utf-8"))) if file.exists() else Settings()
    except (OSError, ValueError, TypeError) as error:
        raise HandInError(f"{SETTINGS} cannot be read ({error}): tell your instructor.") from None
    if settings.form not in ("zip", "notebook"):
        raise HandInError(f'{SETTINGS} has the form {settings.form!r}, not "zip" or "notebook": tell your instructor.')
    return settings


def find_assignment(root: Path, settings: Settings, wanted: str) -> str:
    """Return the name of the assignment that is meant: a folder's name, its beginning, or a path to it.

    Raises:
        HandInError: none is meant, or several.
    """
    names = sorted(settings.assignments) or sorted(path.name for path in (root / "assignments").glob("[!.]*/"))
    path = Path(wanted)
    name = path.parent.absolute().name if path.suffix == ".ipynb" else path.name
    meant = [each for each in names if each == name] or [each for each in names if name and each.startswith(name)]
    if len(meant) != 1:
        raise HandInError(f"There is no assignment {wanted!r}: choose from {', '.join(names) or 'none yet'}.")
    return meant[0]


def find_notebooks(root: Path, settings: Settings, assignment: str) -> list[Path]:
    """Return the notebooks of an assignment.

    Raises:
        HandInError: one is missing.
    """
    release, work = root / "assignments" / assignment, root / "work" / assignment
    folder = work if work.is_dir() else release
    names = list(settings.assignments.get(assignment, ()))
    names = names or sorted(path.name for path in release.glob("*.ipynb") if not COPY.search(path.stem))
    for name in names or ["the notebook"]:
        if not (folder / name).is_file():
            there = ", ".join(sorted(plain(path.name, 60) for path in folder.glob("*.ipynb"))) or "no notebook"
            raise HandInError(
                f"{relative(folder / name, root)} is missing (there is {there}): give your notebook that name again."
            )
    return [folder / name for name in names]


def relative(path: Path, root: Path) -> str:
    """Return a path as it is shown: from the course folder on."""
    return path.relative_to(root).as_posix()


def read_notebook(path: Path, root: Path) -> bytes:
    """Return a notebook's bytes as they were saved.

    Raises:
        HandInError: it cannot be read, or is no notebook.
    """
    import nbformat

    try:
        content = path.read_bytes()
        nbformat.reads(content.decode("utf-8"), as_version=4).cells  # noqa: B018  # a notebook has cells
    except OSError as error:
        raise HandInError(f"{relative(path, root)} cannot be read ({error.strerror}).") from None
    except Exception as error:
        raise HandInError(
            f"{relative(path, root)} is not a valid notebook ({plain(f'{type(error).__name__}: {error}', 80)}): "
            "open it in JupyterLab and save it, or go back to a checkpoint (File, Revert Notebook to Checkpoint)."
        ) from None
    return content


def files_next_to(notebooks: Sequence[Path], told: list[str]) -> dict[str, Path]:
    """Return the other files of the folder, by the names that they get in the zip. Other notebooks stay out."""
    folder = notebooks[0].parent
    files: dict[str, Path] = {}
    room = MOST_BYTES
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(HIDDEN.match(part) for part in name.parts) or path.is_symlink() or not path.is_file():
            continue
        if path.suffix == ".ipynb":
            if path not in notebooks:
                told.append(f"Not packed: {plain(name.as_posix(), 60)}, which is no notebook of this assignment.")
        elif len(files) == MOST_FILES or path.stat().st_size > room:
            told.append(f"Not packed: {plain(name.as_posix(), 60)} (at most {MOST_BYTES // 10**6} MB of other files).")
        else:
            files[name.as_posix()] = path
            room -= path.stat().st_size
    return files


def pack(root: Path, name: str, form: str, notebooks: Mapping[Path, bytes], others: Mapping[str, Path]) -> list[Path]:
    """Write what is handed in, and return the files.

    Raises:
        HandInError: they cannot be written.
    """
    folder = root / "handin"
    try:
        if form == "notebook":
            (folder / name).mkdir(parents=True, exist_ok=True)
            written = [folder / name / path.name for path in notebooks]
            for path, content in zip(written, notebooks.values(), strict=True):
                _replace(path, content)
            return written
        folder.mkdir(exist_ok=True)
        with io.BytesIO() as memory:
            with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
                for path, content in notebooks.items():
                    archive.writestr(path.name, content)
                for inner, path in others.items():
                    archive.write(path, inner)
            _replace(folder / f"{name}.zip", memory.getvalue())
    except OSError as error:
        raise HandInError(
            f"The file to hand in cannot be written ({error.filename or folder}: {error.strerror or error}): "
            f"make room, or make {folder} writable, and run this again."
        ) from None
    return [folder / f"{name}.zip"]


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(scratch).chmod(0o644)
        Path(scratch).replace(path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def show_run(path: Path, content: bytes, seconds: int) -> None:
    """Run a notebook and print its table, and what went wrong besides."""
    import nbformat

    from coursekit.rehearsal import rehearse

    def tell(number: int, count: int) -> None:
        print(f"\rcell {number} of {count} …", end="", flush=True)

    result = rehearse(nbformat.reads(content.decode("utf-8"), as_version=4), path.parent, seconds, tell)
    print("\r" + " " * 24 + "\r", end="")
    print(table(result.standings))
    for remark in result.remarks:
        print(f"! {remark}")


def hand_in(wanted: str, run: bool) -> None:
    """Run an assignment's notebooks, print the tables, and make the file to hand in.

    Args:
        wanted: the assignment's name, its beginning, or a path to its folder or notebook.
        run: whether to run the notebooks first.

    Raises:
        HandInError: there is nothing to hand in, or it cannot be written.
    """
    root = course_folder()
    settings = read_settings(root)
    assignment = find_assignment(root, settings, wanted)
    paths = find_notebooks(root, settings, assignment)
    contents = {path: read_notebook(path, root) for path in paths}
    for path, content in contents.items():
        saved = datetime.fromtimestamp(path.stat().st_mtime).strftime("%H:%M:%S on %d %B")
        print(f"{relative(path, root)}, as saved at {saved}. Changes that are not saved yet are not in it.")
        if run:
            show_run(path, content, settings.seconds_per_cell)
            print()
    told: list[str] = []
    others = files_next_to(paths, told)
    name = f"{assignment}-{datetime.now():%Y-%m-%d-%H%M%S}"
    for file in pack(root, name, settings.form, contents, others):
        print(f"To hand in: {relative(file, root)} ({max(1, file.stat().st_size // 1000)} kB)")
    for sentence in told:
        print(sentence)
    print(settings.text)


def main() -> None:
    """Hand in an assignment; an error is one sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack letters
    parser = argparse.ArgumentParser(prog=RUN, description="Run an assignment once, and make the file to hand in.")
    parser.add_argument("assignment", metavar="ASSIGNMENT", help="its folder's name, or how that begins")
    parser.add_argument("--no-run", action="store_true", help="make the file without running the notebook")
    words = parser.parse_args()
    try:
        hand_in(words.assignment, run=not words.no_run)
    except HandInError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(f"\nStopped, and nothing was made. To make the file without a run: {RUN} {words.assignment} --no-run")


if __name__ == "__main__":
    main()
