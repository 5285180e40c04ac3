"""The labelling hour with the keyboard alone, and the same page for a screen reader."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visit
from tests.browser_steps import sign_in
from tests.factories import DOSSIER

pytestmark = pytest.mark.browser
PAGE = f"/dossiers/{DOSSIER}/labelling"


def test_one_key_a_post_and_the_next_is_there(visit: Visit) -> None:
    sign_in(visit, "webcare", PAGE)
    page = visit.page
    seen = []
    for key in ("Enter", "a", "2", "0", "r"):
        seen.append(page.locator("#oordelen form").get_attribute("action"))
        page.keyboard.press(key)
        page.wait_for_url(f"**{PAGE}?last={(seen[-1] or '')[-64:]}")
    assert len(set(seen)) == len(seen)
    done = page.locator("#voortgang + ul li", has_text="Waarvan door u").locator("b").inner_text()
    assert done == str(len(seen))
    page.get_by_role("link", name="Dat bericht nog eens bekijken").press("Enter")
    page.wait_for_url("**?post=*")
    assert "Opnieuw bekeken" in page.locator("article").inner_text()
    page.uncheck("#toetsen-aan")
    page.keyboard.press("0")
    page.wait_for_timeout(200)
    assert "?post=" in page.url
    visit.expect_calm()


def test_axe_finds_nothing_and_a_phone_needs_no_scrolling_aside(visit: Visit) -> None:
    sign_in(visit, "webcare", PAGE)
    page = visit.page
    page.locator("summary", has_text="Onderdelen kiezen").click()
    found = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in found] == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    visit.expect_calm()
