"""What an instructor does in nbgrader's formgrader, and what comes of it."""

import json
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from autograder.sandbox.check import sandbox_problem
from browser.conftest import ASSIGNMENT, NOTEBOOK, Lab, Watched

pytestmark = pytest.mark.xdist_group("browser")
Formgrader = Page | FrameLocator


def confirmed(formgrader: Formgrader) -> None:
    """Read in the box that came up that all went well, and close it."""
    box = formgrader.get_by_role("dialog")
    expect(box).to_contain_text("Success")
    box.get_by_role("button", name="OK").click()
    expect(box).to_be_hidden()


def autograde(formgrader: Formgrader, student: str) -> None:
    """Generate the assignment, as has to be done once, then press a student's button."""
    assignment = formgrader.get_by_role("row").filter(has_text=ASSIGNMENT)
    assignment.locator(".assign a").click()
    confirmed(formgrader)
    assignment.locator(".num-submissions a").click()
    formgrader.get_by_role("row").filter(has_text=student).locator(".autograde a").click()
    confirmed(formgrader)


def open_notebook(formgrader: Formgrader, student: str) -> None:
    formgrader.get_by_role("row").filter(has_text=student).locator(".student-name a").click()
    formgrader.get_by_role("link", name=NOTEBOOK, exact=True).click()
    expect(formgrader.get_by_text("Student's answer").last).to_be_visible()


def write_feedback(page: Page, lab: Lab, course: Path, student: str) -> str:
    """Press the button for feedback; return the address of the page that comes of it."""
    page.goto(lab.url(f"formgrader/manage_submissions/{ASSIGNMENT}"))
    page.get_by_role("row").filter(has_text=student).locator(".generate-feedback a").click()
    confirmed(page)
    return (course / "grading" / "feedback" / student / ASSIGNMENT / f"{NOTEBOOK}.html").as_uri()


def test_an_instructor_grades_a_submission_and_writes_feedback(watched: Watched, lab: Lab, course: Path) -> None:
    page = watched.page
    page.goto(lab.url("lab"))
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.get_by_text("Formgrader", exact=True).click()
    formgrader = page.frame_locator("iframe")
    autograde(formgrader, "ada")
    expect(formgrader.get_by_role("row").filter(has_text="ada")).to_contain_text("87 / 100")
    graded = json.loads((course / "grading" / "autograded" / "ada" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_text())
    assert graded["metadata"]["autograder"]["isolated"] == (not sandbox_problem())

    open_notebook(formgrader, "ada")
    expect(formgrader.get_by_text("An id is only a name")).to_be_visible()
    expect(formgrader.get_by_text("Model answer.", exact=True)).to_be_visible()
    expect(formgrader.get_by_text("For graders: 10 points.")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "/api/grade/" in answer.url):
        formgrader.locator("input#reason").fill("7")
        formgrader.locator("input#reason").press("Tab")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "/api/comment/" in answer.url):
        formgrader.locator("textarea#reason-comment").fill("An example of words is missing.")
        formgrader.locator("textarea#reason-comment").press("Tab")
    assert (watched.dialogs, watched.hosts) == ([], {"127.0.0.1"})

    feedback = write_feedback(page, lab, course, "ada")
    expect(page.get_by_role("row").filter(has_text="ada")).to_contain_text("94 / 100")
    watched.hosts.clear()
    page.goto(feedback)
    expect(page.get_by_text("Score: 94.0 / 100.0")).to_be_visible()
    expect(page.get_by_text("hint: Subtract the largest score")).to_be_visible()
    expect(page.get_by_text("An example of words is missing.")).to_be_visible()
    expect(page.get_by_text("An id is only a name")).to_be_visible()
    expect(page.get_by_text("For graders")).to_have_count(0)
    assert (watched.errors, watched.hosts) == ([], {""})


def test_a_hostile_submission_runs_nothing_where_it_is_read(watched: Watched, lab: Lab, course: Path) -> None:
    page = watched.page
    page.goto(lab.url("formgrader"))
    autograde(page, "mallory")
    open_notebook(page, "mallory")
    for address in (page.url, write_feedback(page, lab, course, "mallory")):
        watched.errors.clear()
        page.goto(address, wait_until="networkidle")
        expect(page.get_by_text("alert(1)").first).to_be_visible()
        expect(page.locator("a[href^='javascript' i], script:text('alert')")).to_have_count(0)
        assert (watched.dialogs, watched.errors, watched.hosts - {"127.0.0.1", ""}) == ([], [], set())


def test_no_name_of_a_student_runs_anything_in_the_formgrader(watched: Watched, lab: Lab, course: Path) -> None:
    page, handed_in = watched.page, course / "grading" / "submitted"
    for student in ("o'brien", "<img src=x onerror=alert(1)>"):
        shutil.copytree(handed_in / "ada", handed_in / student, dirs_exist_ok=True)
    page.goto(lab.url("formgrader"))
    autograde(page, "o'brien")
    page.goto(lab.url(f"formgrader/manage_submissions/{ASSIGNMENT}"))
    expect(page.get_by_role("row").filter(has_text="onerror")).to_be_visible()
    open_notebook(page, "o'brien")
    page.goto(lab.url("formgrader/manage_students"))
    page.get_by_role("row").filter(has_text="o'brien").locator("a").first.click()
    page.get_by_role("link", name=ASSIGNMENT).click()
    expect(page.get_by_role("row").filter(has_text=NOTEBOOK)).to_contain_text("87 / 100")
    assert (watched.dialogs, watched.errors) == ([], [])
    for name in ('";alert(1)//', "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>"):
        for address in ("manage_students/{}", f"manage_students/{{}}/{ASSIGNMENT}", "manage_submissions/{}"):
            page.goto(lab.url(f"formgrader/{address.format(quote(name, safe=''))}"), wait_until="load")
    assert watched.dialogs == []
