"""Make the pictures of the README with Chromium.

make site
autograder demo 01-forward-propagation --case softmax-unstable
python docs/make_pictures.py
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
LECTURE = ROOT / "build" / "site" / "html" / "course" / "01-neural-networks-and-forward-propagation.html"
FEEDBACK = (
    ROOT / "grading" / "demo" / "feedback" / "softmax-unstable" / "01-forward-propagation" / "forward-propagation.html"
)
PICTURES = ROOT / "docs" / "pictures"
SHOTS = (
    ("lecture.jpg", LECTURE, "section#one-neuron div.cell_output svg"),
    ("feedback.jpg", FEEDBACK, "text=largest score before"),
)


def main() -> None:
    """Photograph each page around one of its elements."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 640})
        for name, file, place in SHOTS:
            page.goto(file.as_uri())
            element = page.locator(place).first
            element.evaluate("element => element.scrollIntoView({block: 'center', behavior: 'instant'})")
            page.wait_for_timeout(500)
            page.screenshot(path=PICTURES / name, type="jpeg", quality=80)
        browser.close()


if __name__ == "__main__":
    main()
