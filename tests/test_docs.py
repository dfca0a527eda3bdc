"""Links and anchors lead somewhere, every `read="lecture …"` names a heading, and reference pages miss nothing."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from conftest import ROOT

LINK = re.compile(r"\]\(([^()\s]+)\)")
ELSEWHERE = re.compile(r"[a-z]+:")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
READ = re.compile(r"read=\"([^\"]*)\"")
LECTURE = re.compile(r"lecture (\d+), '(.+?)'")
VARIABLE = re.compile(r"environ(?:\.get\(|\[)\"(\w+)\"")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "course").glob("*.ipynb")),
]


def text_of(page: Path) -> str:
    """Return the Markdown of a page or a notebook, without code."""
    if page.suffix == ".ipynb":
        cells = nbformat.read(page, as_version=4).cells
        return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def headings(page: Path) -> list[str]:
    return HEADING.findall(text_of(page))


def anchor(heading: str) -> str:
    """Return the anchor that GitHub and the site give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def broken_links(page: Path) -> list[str]:
    """Return the links of a page that lead to no file, or to no heading in it."""
    broken = []
    for link in LINK.findall(text_of(page)):
        if ELSEWHERE.match(link):
            continue
        name, _, place = unquote(link).partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (place and place not in map(anchor, headings(target))):
            broken.append(link)
    return broken


def wrong_reads(source: str, course: Path) -> list[str]:
    """Return each `read` in `source` that names no heading of its lecture."""
    wrong = []
    for read in READ.findall(source):
        places = LECTURE.findall(read)
        for number, heading in places:
            lectures = list(course.glob(f"{int(number):02}-*.ipynb"))
            if not lectures or heading not in headings(lectures[0]):
                wrong.append(read)
        if not places:
            wrong.append(read)
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("solution", sorted((ROOT / "solutions").glob("*/*.ipynb")), ids=lambda path: path.stem)
def test_every_read_names_a_heading_of_its_lecture(solution: Path) -> None:
    source = "\n".join(cell.source for cell in nbformat.read(solution, as_version=4).cells if cell.cell_type == "code")
    assert READ.search(source)
    assert wrong_reads(source, ROOT / "course") == []


@pytest.mark.parametrize("link", ["missing.md", "there.md#no-such-heading", "#no-such-heading", "folder/there.md"])
def test_a_broken_link_is_found(tmp_path: Path, link: str) -> None:
    (tmp_path / "there.md").write_text("# A heading\n\n```text\n# no such heading\n```\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n[good](there.md#a-heading) [bad]({link}) [page](#page)\n", encoding="utf-8")
    assert broken_links(page) == [link]


@pytest.mark.parametrize("read", ["lecture 4, 'No such heading'", "lecture 99, 'ReLU layer'", "somewhere"])
def test_a_wrong_read_is_found(read: str) -> None:
    source = f'read="lecture 4, \'ReLU layer\'"\nread="{read}"'
    assert wrong_reads(source, ROOT / "course") == [read]


def test_every_environment_variable_that_the_code_reads_is_in_the_reference() -> None:
    files = [*(ROOT / "autograder").rglob("*.py"), *(ROOT / "coursekit").rglob("*.py"), ROOT / "nbgrader_config.py"]
    variables = {name for file in files for name in VARIABLE.findall(file.read_text(encoding="utf-8"))}
    page = (ROOT / "docs" / "reference" / "environment.md").read_text(encoding="utf-8")
    assert {name for name in variables if f"`{name}`" not in page} == set()


def test_every_wing_of_the_autograder_is_in_the_map_and_has_a_page() -> None:
    wings = {path.parent.name for path in (ROOT / "autograder").glob("*/__init__.py")}
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert {wing for wing in wings if f"\n    {wing}/ " not in contributing} == set()
    assert {path.stem for path in (ROOT / "docs" / "how-it-works").glob("*.md")} == wings | {"index"}


def test_every_module_of_the_ground_is_in_the_map() -> None:
    modules = {path.stem for path in (ROOT / "autograder").glob("*.py")} - {"__init__"}
    words = set(re.findall(r"\w+", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    assert modules - words == set()


def test_pictures_are_small() -> None:
    assert {file.name for file in (ROOT / "docs").rglob("*.jpg") if file.stat().st_size > 150_000} == set()
