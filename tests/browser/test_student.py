"""What a student does in JupyterLab, as `make lab` starts it."""

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from browser.conftest import NOTEBOOK, Lab, Watched

pytestmark = pytest.mark.xdist_group("browser")
LECTURE = "01-neural-networks-and-forward-propagation"


def choose(page: Page, menu: str, item: str) -> None:
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def run_all(page: Page, file: Path) -> list[nbformat.NotebookNode]:
    """Run the notebook that is open in front, save it, and return its code cells with what they show."""
    panel = page.locator(".jp-NotebookPanel:visible")
    code = [cell for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"]
    # Wait until the tab is in front, the kernel has started, and JupyterLab has added all cells, which it does bit by
    # bit. Before that, the command would go to another notebook, be lost, or leave out cells.
    expect(page.locator(".lm-TabBar-tab.jp-mod-current")).to_contain_text(file.name)
    expect(panel.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle")
    expect(panel.locator(".jp-CodeCell")).to_have_count(len(code))
    choose(page, "Run", "Run All Cells")
    expect(panel.locator(".jp-CodeCell .jp-InputArea-prompt").last).to_have_text(f"[{len(code)}]:")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and file.name in answer.url):
        page.keyboard.press("Control+s")
    return [cell for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"]


def complaints(cells: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    outputs = [output for cell in cells for output in cell.outputs]
    return [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]


def test_the_first_page_runs_and_its_figure_follows_the_slider(watched: Watched, lab: Lab, course: Path) -> None:
    page = watched.page
    page.goto(lab.first_page)
    cells = run_all(page, course / "course" / "00-start-here.ipynb")
    assert complaints(cells) == []
    expect(page.get_by_text("✔ All 9 parts of the installation work.")).to_be_visible()
    expect(page.get_by_role("img", name="The line y = 2 x")).to_be_visible()
    page.get_by_role("slider").first.press("ArrowRight")
    expect(page.get_by_role("img", name="The line y = 2.5 x")).to_be_visible()
    assert watched.dialogs == []


def test_a_lecture_opens_from_the_map_and_runs(watched: Watched, lab: Lab, course: Path) -> None:
    page = watched.page
    page.goto(lab.url("lab/tree/course/00-start-here.ipynb"))
    page.get_by_role("link", name="01 Neural networks").click()
    expect(page.get_by_role("heading", name="Neural networks and forward propagation", level=1)).to_be_visible()
    cells = run_all(page, course / "course" / f"{LECTURE}.ipynb")
    assert complaints(cells) == []
    figure = page.get_by_role("img", name="One neuron with ReLU, w = 2, b = -2")
    figure.scroll_into_view_if_needed()
    expect(figure).to_be_visible()


def test_validate_says_what_is_still_to_do_and_that_all_is_well(watched: Watched, lab: Lab) -> None:
    page = watched.page
    page.goto(lab.url("lab/tree/course/00-start-here.ipynb"))
    page.get_by_role("link", name="Forward propagation", exact=True).click()
    expect(page.get_by_role("heading", name="Forward propagation", level=1)).to_be_visible()
    page.locator(".jp-NotebookPanel:visible").get_by_role("button", name="Validate").click()
    said = page.get_by_role("dialog")
    for exercise in range(1, 8):
        expect(said).to_contain_text(f"Exercise {exercise} is still to do")
    expect(said).not_to_contain_text("Traceback")
    page.goto(lab.url(f"lab/tree/solved/{NOTEBOOK}.ipynb"))
    page.locator(".jp-NotebookPanel:visible").get_by_role("button", name="Validate").click()
    expect(page.get_by_role("dialog")).to_contain_text("Your notebook passes all the tests")
