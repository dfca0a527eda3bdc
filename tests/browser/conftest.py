"""A browser, and a JupyterLab server on a copy of the course, shared by all browser tests.

Fixtures live as long as this package's tests: Playwright keeps an event loop going, which other tests would trip over.
"""

from __future__ import annotations

import json
import os
import runpy
import shutil
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import nbformat.v4 as v4
import psutil
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Response, expect, sync_playwright

from autograder.bank.cases import read_case
from autograder.sandbox.check import sandbox_problem
from coursekit import tweets

ROOT = Path(__file__).parent.parent.parent
ASSIGNMENT, NOTEBOOK = "01-forward-propagation", "forward-propagation"
MISTAKE = "softmax-unstable"  # the case of the bank that ada hands in
WRITTEN = "An id is only a name, so $z = x W$ multiplies names."
FORBIDDEN = "csp"  # why a request failed that the page's own policy forbids: nobody was asked
PATIENCE = 120  # seconds: on a busy machine a page may take long, and a test that waits costs nothing where it need not
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium as it is installed on this machine."""
    if not CHROMIUM:
        pytest.skip("there is no chromium, chromium-browser or google-chrome on this machine")
    expect.set_options(timeout=PATIENCE * 1000)
    as_root = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=as_root)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    address: str  # of the server
    first_page: str  # what `make lab` has the browser open

    def url(self, path: str) -> str:
        """Return the address of a page of the server, with the token that opens it; tabs open earlier are closed."""
        return f"{self.address}/{path}?token=test&reset"


class Watched:
    """A page, with what went wrong on it."""

    def __init__(self, page: Page) -> None:
        """Listen to whatever the page may do that it should not."""
        self.page = page
        self.dialogs: list[str] = []
        self.errors: list[str] = []  # on the console, thrown by scripts, and answers to failed requests
        self.hosts: set[str] = set()  # all that were asked for something, "" for files
        page.on("dialog", self._dialog)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfinished", self._asked)
        page.on("requestfailed", self._asked)
        page.on("response", self._answered)

    def _dialog(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":  # JupyterLab's question whether to leave what is not saved
            self.dialogs.append(dialog.message)
        dialog.accept()

    def _asked(self, request: Request) -> None:
        if request.failure == FORBIDDEN:
            return
        self.hosts.add(urlsplit(request.url).hostname or "")
        if request.failure:
            self.errors.append(f"{request.url}: {request.failure}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "violates the following Content Security Policy" not in message.text:
            self.errors.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.url}: {response.status}")


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A new page in a profile of its own."""
    context = browser.new_context(viewport={"width": 1300, "height": 1000})
    context.set_default_timeout(PATIENCE * 1000)
    yield Watched(context.new_page())
    context.close()


def assignment(part: str, answers: Mapping[str, str]) -> dict[str, Any]:
    """Return an assignment's notebook from `part` of the repository, with answers in it: grade id -> source."""
    nb: dict[str, Any] = json.loads((ROOT / part / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(grade_id, cell["source"])
    return nb


def solved(**others: str) -> dict[str, Any]:
    """Return the release of the assignment with the reference's answers, or `others`, in it."""
    facts = [(cell["metadata"].get("nbgrader", {}), cell["source"]) for cell in assignment("solutions", {})["cells"]]
    answers = {fact["grade_id"]: source for fact, source in facts if fact.get("solution")}
    return assignment("assignments", answers | others)


def hostile() -> dict[str, Any]:
    """Return a right solution with everything in it that tries to run scripts or to phone home when it is looked at."""
    nb = solved(
        reason="<script>alert(1)</script><img src=x onerror=alert(1)> $<script>alert(1)</script>$ "
        "![seen](https://elsewhere.example/seen.png)"
    )
    for path in sorted((ROOT / "tests" / "hostile" / "browser").glob("*.py")):
        case = runpy.run_path(str(path))
        nb["cells"] += [v4.new_code_cell(case["ANSWER"])] if "ANSWER" in case else []
        as_node = nbformat.from_dict(nb)
        case.get("change", lambda nb: None)(as_node)
        nb = as_node
    return nb


@pytest.fixture(scope="package")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what students and instructors have, with a solved assignment and two submissions."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("course", "assignments", "solutions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    # Where this machine cannot isolate, grading would stop: what is tested here is something else.
    config += "c.Execute.isolation = False\n" if sandbox_problem() else ""
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    mistake = read_case(ROOT / "tests" / "submissions" / ASSIGNMENT / f"{MISTAKE}.py")
    handed_in = folder / "grading" / "submitted"
    for path, nb in {
        folder / "solved" / f"{NOTEBOOK}.ipynb": solved(),
        handed_in / "ada" / ASSIGNMENT / f"{NOTEBOOK}.ipynb": solved(**mistake.cells, reason=WRITTEN),
        handed_in / "mallory" / ASSIGNMENT / f"{NOTEBOOK}.ipynb": hostile(),
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(nb), encoding="utf-8")
    return folder


@pytest.fixture(scope="package")
def lab(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The server that `make lab` starts, on the copy, with a home and settings of its own."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"ip": "127.0.0.1", "port": port, "port_retries": 0, "open_browser": False, "allow_root": True}
    (home / "config").mkdir()
    (home / "config" / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": settings}), encoding="utf-8")
    environment = os.environ | {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_TOKEN": "test",
        "IPYTHONDIR": str(home / "ipython"),
        "COURSEKIT_CACHE": str(tweets.cache_folder().parent),
    }
    (course / ".venv").symlink_to(sys.prefix)
    # The installation is taken as it is: -o keeps make from looking whether it has to be made again.
    command = ["make", "-C", str(course), "-f", str(ROOT / "Makefile"), "-o", ".venv/installed", "lab"]
    with (home / "log").open("w") as log:
        process = psutil.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield Lab(f"http://127.0.0.1:{port}", _first_page(process, home))
    finally:
        family = process.children(recursive=True)
        for member in family:
            member.terminate()
        for member in psutil.wait_procs([process, *family], timeout=20)[1]:
            member.kill()


def _first_page(process: psutil.Popen, home: Path) -> str:
    """Wait until the server is there; return the address of the file that it would have the browser open."""
    for _ in range(PATIENCE * 10):
        if pages := list(home.glob("runtime/jpserver-file-to-run-*-open.html")):
            return pages[0].as_uri()
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"make lab started no server:\n{(home / 'log').read_text()}")
