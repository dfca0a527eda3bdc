"""The lectures: every item of the slides is taught where slides.toml says, pages need no network, bad lectures fail.

`make site` has executed the lectures before and made their pages; these tests read what they show.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import nbformat.v4 as v4
import pytest

ROOT = Path(__file__).parent.parent
LECTURES = sorted(path.stem for path in (ROOT / "course").glob("*.ipynb"))
ITEMS = tomllib.loads((ROOT / "course" / "slides.toml").read_text(encoding="utf-8"))["item"]


def source(name: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "course" / f"{name}.ipynb", as_version=4)


def executed(name: str) -> nbformat.NotebookNode:
    """Return a lecture with its outputs; fail where `make site` has not executed it as it is now."""
    nb = nbformat.read(ROOT / "build" / "site" / "source" / "course" / f"{name}.ipynb", as_version=4)
    same = [cell.source for cell in nb.cells] == [cell.source for cell in source(name).cells]
    assert same, f"{name} has changed since it was executed: run make site"
    return nb


def shown(cell: nbformat.NotebookNode) -> str:
    """Return all text among a cell's outputs, alt texts included."""
    texts = []
    for output in cell.get("outputs", []):
        texts.append(output.get("text", ""))
        texts += [text for mime, text in output.get("data", {}).items() if mime.startswith("text/")]
    return "\n".join(texts)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item['slide']}: {item['says']}")
def test_an_item_of_the_slides_is_where_the_map_says(item: dict[str, Any]) -> None:
    name, cell_id = item["cell"].split("#")
    (cell,) = [cell for cell in executed(name).cells if cell.id == cell_id]
    assert [text for text in item.get("holds", []) if text not in cell.source] == []
    assert [text for text in item.get("shows", []) if text not in shown(cell)] == []


@pytest.mark.parametrize("name", LECTURES)
def test_every_cell_that_mirrors_a_slide_is_in_the_map(name: str) -> None:
    mirrors = {f"{name}#{cell.id}" for cell in source(name).cells if "slide" in cell.metadata.get("tags", [])}
    assert mirrors == {item["cell"] for item in ITEMS if item["cell"].startswith(f"{name}#")}


@pytest.mark.parametrize("name", LECTURES)
def test_every_figure_has_an_alt_text_and_every_explorable_a_static_twin(name: str) -> None:
    outputs = [output.get("data", {}) for cell in executed(name).cells for output in cell.get("outputs", [])]
    assert not [data for data in outputs if any(mime.startswith("image/") for mime in data)]
    pages = [data.get("text/html", "") for data in outputs]
    assert [page[:80] for page in pages if "<svg" in page and not re.search(r'aria-label="[^"]{20,}"', page)] == []
    live = [data for data in outputs if "application/vnd.jupyter.widget-view+json" in data]
    assert live and all("<svg" in data["text/html"] for data in live)


@pytest.mark.parametrize("name", LECTURES)
def test_a_page_shows_the_figures_and_loads_nothing_from_the_network(name: str) -> None:
    page = (ROOT / "build" / "site" / "html" / "course" / f"{name}.html").read_text(encoding="utf-8")
    loaded = re.findall(r'<(?:script|img|iframe)[^>]+src="([^"]+)"|<link[^>]+href="([^"]+)"', page)
    assert [address for pair in loaded for address in pair if re.match("(https?:)?//", address)] == []
    figures = sum(shown(cell).count('role="img"') for cell in executed(name).cells)
    assert figures == page.count('role="img"')


def test_the_first_page_finds_this_installation_working() -> None:
    (result,) = [cell for cell in executed("00-start-here").cells if cell.id == "result"]
    assert "✔ All" in shown(result)


@pytest.mark.parametrize("name", LECTURES)
def test_links_between_notebooks_lead_somewhere(name: str) -> None:
    text = "\n".join(cell.source for cell in source(name).cells if cell.cell_type == "markdown")
    links = re.findall(r"\]\(([^)#]+\.ipynb)", text)
    assert links and [link for link in links if not (ROOT / "course" / link).exists()] == []


@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_has_one_title_a_summary_and_questions(name: str) -> None:
    text = "\n".join(cell.source for cell in source(name).cells if cell.cell_type == "markdown")
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)  # a comment in shown code is no heading
    headings = re.findall(r"^(#+) (.+)$", text, flags=re.MULTILINE)
    assert [level for level, _ in headings].count("#") == 1
    assert {"In this notebook, we saw", "Check yourself"} <= {title for level, title in headings if level == "##"}
    assert text.count("✔") >= 2


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder with site/execute.py and an empty course/."""
    (tmp_path / "site").mkdir()
    (tmp_path / "course").mkdir()
    shutil.copy(ROOT / "site" / "execute.py", tmp_path / "site")
    return tmp_path


def execute(course: Path, code: str) -> "subprocess.CompletedProcess[str]":
    """Run site/execute.py on a course with one lecture of one code cell."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb = v4.new_notebook(cells=[v4.new_code_cell(code, id="only")], metadata={"kernelspec": kernel})
    nbformat.write(nb, course / "course" / "01-small.ipynb")
    command = [sys.executable, str(course / "site" / "execute.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_clean_lecture_is_kept_with_its_outputs(course: Path) -> None:
    result = execute(course, "print(6 * 7)")
    assert (result.returncode, "✔ 01-small" in result.stdout) == (0, True)
    (kept,) = course.glob("build/site/source/course/*.ipynb")
    assert '"42\\n"' in kept.read_text(encoding="utf-8")


def test_what_a_cell_prints_in_pieces_is_kept_in_one(course: Path) -> None:
    assert execute(course, "print('equal:', end=' ', flush=True); print(True)").returncode == 0
    (kept,) = course.glob("build/site/source/course/*.ipynb")
    assert '"equal: True\\n"' in kept.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; print('careful', file=sys.stderr)", "01-small: cell only wrote to stderr: careful"),
        ("open('left', 'w').close()", "course/left was written by a lecture"),
        ("import os; os._exit(1)", "01-small: Kernel died"),
    ],
)
def test_a_lecture_that_fails_is_named_with_the_reason(course: Path, code: str, said: str) -> None:
    result = execute(course, code)
    assert (result.returncode, said in result.stderr) == (1, True), result.stderr
