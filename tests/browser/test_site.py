"""The pages that `make site` has made, opened as files."""

from typing import Literal

import pytest
from playwright.sync_api import expect

from browser.conftest import ROOT, Watched

pytestmark = pytest.mark.xdist_group("browser")
SITE = ROOT / "build" / "site" / "html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "course/01-neural-networks-and-forward-propagation"])
def test_a_page_is_whole_without_a_network(watched: Watched, name: str, scheme: Literal["light", "dark"]) -> None:
    page, file = watched.page, SITE / f"{name}.html"
    assert file.is_file(), "there is no site: run make site"
    page.emulate_media(color_scheme=scheme)
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    if name != "index":
        expect(page.locator("mjx-container").first).to_be_visible()
        expect(page.get_by_role("img").first).to_be_visible()
    assert (watched.errors, watched.dialogs, watched.hosts) == ([], [], {""})
