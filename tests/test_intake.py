"""What is read of a submission: texts that cannot run code in a page, files, times, old formats."""

import datetime
import io
import json
import os
import re
import warnings
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat.v4 as v4
import pytest
from conftest import graded
from nbconvert import HTMLExporter
from nbgrader.utils import parse_utc
from rich.console import Console

from autograder.files import write_files
from autograder.grading.results import CellResult, Result
from autograder.harmless import harmless
from autograder.judging.verdicts import Verdict
from autograder.submissions.intake import (
    LARGEST_FILE,
    LARGEST_WITHOUT_OUTPUTS,
    BadSubmission,
    read_submitted_notebook,
    read_time,
)
from autograder.submissions.repair import Source, rebuild
from autograder.submissions.submission import Submission, read_submission_folder
from autograder.tables import results_table, summary

EVIL = ["javascript:alert(1)", "smb://evil/share", "file:///etc/passwd", "//evil/x.png", "<javascript:alert(1)>"]
PLACES = [
    "[a{}]({})",
    "![a{}]({})",
    "| x |\n|--|\n| [a{}]({}) |",
    "> - [a{}]({})",
    "[a{0}] [a{0}]\n\n[a{0}]: {1}",
    "> [a{0}]\n>\n> [a{0}]: {1}",
]
TERMINAL = "\x1b]0;title\x07\x1b[2J\x9b31m\u202eleft"


class Targets(HTMLParser):
    """Collects where a page's links and pictures lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"{name}={value}" for name, value in attrs if name in ("href", "src")]


def shown(text: str) -> str:
    """Return a student's text as feedback shows it."""
    return str(HTMLExporter().markdown2html({}, harmless(text)))


def leads_elsewhere(page: str) -> list[str]:
    return [t for t in Targets(page).found if re.match(r"(href|src)=(?!https?://|mailto:|#)", t)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("target", EVIL)
def test_a_link_leads_to_a_page_only_whatever_backslashes_are_before_it(place: str, target: str) -> None:
    for backslashes in range(6):
        assert not leads_elsewhere(shown(place.format("\\" * backslashes, target)))


def test_a_link_to_a_page_and_code_with_brackets_stay_as_they_were() -> None:
    assert 'href="https://jax.dev/x"' in shown("[a](https://jax.dev/x) [b]\n\n[b]: https://jax.dev/x")
    assert "".join(letter for letter in shown("`f[0](x)`") if letter.isprintable()) == "<p><code>f[0](x)</code></p>"


@pytest.mark.parametrize("start", ["", "> ", "- ", "1. ", "> - ", "> > ", "- a\n\n  "])
@pytest.mark.parametrize("fence", ["```", "~~~~", "``` ", "```\u00a0"])
def test_no_diagram_is_drawn_in_quotes_and_lists_either(start: str, fence: str) -> None:
    page = shown(f"{start}{fence}mermaid\n{start}graph TD; A\n{start}{fence}")
    assert not re.search(r'class="([^"]* )?(language-|jp-)?mermaid', page, re.IGNORECASE)
    assert "graph TD" in page


@pytest.mark.parametrize("backslash", ["\\", "\\\\", "\\\\\\", "&#92;", "&#x5C;", "&bsol;"])
@pytest.mark.parametrize("around", ["${}$", "\\${}\\$", "$${}$$"])
def test_latex_that_links_stays_without_effect(backslash: str, around: str) -> None:
    assert "\\href" not in shown(around.format(backslash + "href{javascript:alert(1)}{x}"))


@pytest.mark.parametrize("unit", ["](", "]: ", "```", "\\", "~~~ ", "&#", "attachment:", "<", "\n```  "])
def test_a_long_text_is_made_harmless_in_a_moment(unit: str) -> None:
    harmless(unit * 500_000 + "x")
    harmless(unit + " " * 2_000_000 + unit)


@pytest.mark.parametrize(
    "text",
    [
        "![x](attachattachment:ment:y)",
        "attachment:a![x](attachment:y)",
        "![x](attachment:é.png)",
        "![x](attachment:é.png(y))",
    ],
)
def test_a_text_names_no_attachment_that_is_not_there(tmp_path: Path, text: str) -> None:
    picture = {"é.png": {"image/png": "iVBORw0KGgo="}}
    nb = v4.new_notebook(cells=[v4.new_markdown_cell(text, attachments=picture)])
    page, _ = HTMLExporter().from_notebook_node(read_submitted_notebook(handed_in(tmp_path, json.dumps(nb))))
    assert ("base64,iVBORw0KGgo=" in page) == text.endswith(".png)")


def handed_in(folder: Path, content: str) -> Path:
    path = folder / "ada" / "small" / "notebook.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    return path


def format_3(cells: list[dict[str, Any]]) -> str:
    sheets = [{"cells": cells, "metadata": {}}]
    return json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": sheets})


def test_a_notebook_of_format_3_is_read(tmp_path: Path) -> None:
    facts = {"nbgrader": {"grade_id": "double"}}
    cells: list[dict[str, Any]] = [
        {"cell_type": "heading", "level": 2, "source": ["My\n", "answer"], "metadata": {}},
        {"cell_type": "code", "language": "python", "input": ["a = 1\n", "b = 2"], "outputs": [], "metadata": facts},
        {"cell_type": "markdown", "source": "why"},
    ]
    nb = read_submitted_notebook(handed_in(tmp_path, format_3(cells)))
    assert [(c.cell_type, c.source) for c in nb.cells] == [
        ("markdown", "## My answer"),
        ("code", "a = 1\nb = 2"),
        ("markdown", "why"),
    ]
    assert nb.cells[1].metadata == facts


@pytest.mark.parametrize(
    "cell",
    [
        7,
        {"cell_type": "heading", "source": 1},
        *({"cell_type": "heading", "level": n} for n in list[Any]([10**12, 2.0, [], None])),
    ],
)
def test_a_notebook_of_format_3_harms_nobody(tmp_path: Path, cell: Any) -> None:
    path = handed_in(tmp_path, format_3([cell]))
    try:
        assert len(read_submitted_notebook(path).cells[0].source) < 10
    except BadSubmission as problem:
        assert "its cell 1 is no cell" in str(problem)


def test_a_notebook_of_format_3_may_have_as_many_cells_as_another(tmp_path: Path) -> None:
    with pytest.raises(BadSubmission, match="has 3000 cells"):
        read_submitted_notebook(handed_in(tmp_path, format_3([{"cell_type": "code", "input": ""}] * 3000)))


def taken_over(folder: Path, given: dict[str, bytes], own: dict[str, bytes]) -> Submission:
    """Return what is read of a submission that brings files, in a course that hands out files too."""
    cell = graded("x = 1", "double", solution=True)
    path = handed_in(folder, json.dumps(v4.new_notebook(cells=[cell])))
    write_files(own, path.parent)
    return read_submission_folder(path.parent, {"notebook": Source({"double": cell}, {})}, given, [])


def test_a_given_file_wins_over_a_students_folder_of_its_name_and_the_other_way_round(tmp_path: Path) -> None:
    given = {"words.txt": b"given", "data/a.txt": b"given", "same.txt": b"given"}
    own = {"words.txt/y": b"own", "data": b"own", "same.txt": b"own", "other/y": b"own", "words.text": b"own"}
    files = taken_over(tmp_path, given, own).files
    assert files == given | {"other/y": b"own", "words.text": b"own"}
    write_files(files, tmp_path / "executed")


@pytest.mark.parametrize("name", ["timestamp.txt", "timestamp.txt/x"])
def test_a_time_that_cannot_be_read_is_left_out(tmp_path: Path, name: str) -> None:
    submission = taken_over(tmp_path, {}, {name: b"1e5 nan:inf:1e99 +99:99", "a.txt": b"own"})
    assert (submission.files, submission.submitted) == ({"a.txt": b"own"}, None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii"])
def test_a_time_is_read_in_whatever_encoding_an_editor_wrote_it(tmp_path: Path, encoding: str) -> None:
    submission = taken_over(tmp_path, {}, {"timestamp.txt": "2030-01-01 10:00:00 UTC\r\n".encode(encoding)})
    assert submission.submitted == datetime.datetime(2030, 1, 1, 10)
    assert submission.remarks == []
    kept = submission.files["timestamp.txt"].decode("ascii")
    assert parse_utc(kept.strip()) == submission.submitted, "nbgrader can read it"


@pytest.mark.parametrize("name", ["timestamp.txt", "timestamp.txt/x"])
def test_a_time_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    told = ["timestamp.txt holds no time that can be read, so the time of handing in is not known."]
    assert taken_over(tmp_path, {}, {name: b"soon"}).remarks == told


def test_a_large_notebook_is_read_without_its_outputs(tmp_path: Path) -> None:
    cells = [v4.new_code_cell("x = '[{'", id="x"), v4.new_markdown_cell('"outputs": [1]', id="y")]
    cells[0].outputs = [v4.new_output("stream", text=['a "quoted" ]}\\' * 100_000] * 12)]
    path = handed_in(tmp_path, json.dumps(v4.new_notebook(cells=cells, metadata={"widgets": {"state": [{}]}})))
    assert path.stat().st_size > LARGEST_WITHOUT_OUTPUTS
    assert [cell.source for cell in read_submitted_notebook(path).cells] == ["x = '[{'", '"outputs": [1]']


@pytest.mark.parametrize("part", ["[", "[],", '"outputs": [', '"', "x", '{"outputs": 1},'])
def test_a_large_notebook_of_anything_else_is_refused(tmp_path: Path, part: str) -> None:
    with pytest.raises(BadSubmission, match=r"holds 21 MB besides its outputs, more than 20 MB"):
        read_submitted_notebook(handed_in(tmp_path, part * (21_000_000 // len(part))))


def test_a_file_is_not_read_if_it_is_larger_than_any_notebook(tmp_path: Path) -> None:
    path = handed_in(tmp_path, "")
    os.truncate(path, LARGEST_FILE + 1_000_000)
    with pytest.raises(BadSubmission, match="is 201 MB large, more than 200 MB"):
        read_submitted_notebook(path)


def test_a_zone_that_is_a_path_is_no_time(tmp_path: Path) -> None:
    write_files({"timestamp.txt": b"2020-01-01 10:00:00 ../zone"}, tmp_path)
    with warnings.catch_warnings(action="error"):  # as dateutil does itself since 4.0
        assert read_time(tmp_path / "timestamp.txt") is None


def test_a_time_that_can_be_read_stays(tmp_path: Path) -> None:
    submission = taken_over(tmp_path, {}, {"timestamp.txt": b"2030-01-01 10:00:00 UTC"})
    assert list(submission.files) == ["timestamp.txt"] and submission.submitted is not None


def printed(*results: Result) -> str:
    console = Console(file=io.StringIO(), width=200, force_terminal=True, no_color=True)
    console.print(results_table("small", results))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # that of a StringIO
    return re.sub("\x1b\\[[0-9;]*m", "", text)  # bold and the like are the table's own


@pytest.mark.parametrize(
    "result",
    [
        Result("ada", [CellResult("test-a", 0, 1, [Verdict("of zero", 0, 1, f"a\nb{TERMINAL}", f"try {TERMINAL}")])]),
        Result("ada", [], problem=f"words{TERMINAL}.txt is not there."),
        Result("ada", [], remarks=[f"ended early: {TERMINAL}"]),
    ],
)
def test_what_a_student_wrote_does_nothing_to_a_terminal(result: Result) -> None:
    for text in (printed(result), summary(result)):
        assert not [letter for letter in text if not letter.isprintable() and letter != "\n"]
    assert r"\u202eleft" in printed(result)


def test_ids_are_text_and_no_markup() -> None:
    table = printed(Result("[red]zoe :bomb:", [CellResult("test-[b]", 0, 1, [])]))
    assert "[red]zoe :bomb:" in table and "[b]" in table


@pytest.mark.parametrize(
    ("kind", "turned_into", "given", "kept"),
    [
        ("markdown", "code", "<script>alert(1)</script>", "<\u2060script>alert(1)<\u2060/script>"),
        ("code", "markdown", "numbers[0](x) + (x <y)", "numbers[0](x) + (x <y)"),
    ],
)
def test_an_answer_in_a_cell_of_the_other_kind_does_no_harm_and_still_runs(
    tmp_path: Path, kind: str, turned_into: str, given: str, kept: str
) -> None:
    facts = {"nbgrader": {"grade_id": "answer", "solution": True, "grade": False, "locked": False, "schema_version": 3}}
    make = {"markdown": v4.new_markdown_cell, "code": v4.new_code_cell}
    path = tmp_path / "notebook.ipynb"
    path.write_text(json.dumps(v4.new_notebook(cells=[make[turned_into](given, metadata=facts)])), encoding="utf-8")
    source = Source({"answer": make[kind]("", metadata=facts)}, {})
    (cell,) = rebuild(read_submitted_notebook(path), source).cells
    assert (cell.cell_type, cell.source) == (kind, kept)
