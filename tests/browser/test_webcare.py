"""The webcare hour with the keyboard alone, and two colleagues on the same post."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from app.services.house import House
from tests.browser.conftest import Visit, visit_of
from tests.browser_steps import sign_in
from tests.factories import DOSSIER

pytestmark = pytest.mark.browser
INBOX = f"/dossiers/{DOSSIER}/posts"


def test_the_webcare_hour_by_keyboard(visit: Visit) -> None:
    page = sign_in(visit, "webcare")
    page = visit.go(f"{INBOX}?question=true&workState=nieuw")
    before = page.locator("article.post").count()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("input[name=posts][form=werk]:checked").count() == 2
    page.locator("#werk button", has_text="In behandeling").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**undo=*")
    assert page.locator("article.post").count() == before - 2
    page.keyboard.press("u")
    page.wait_for_url(lambda url: "undo=" not in url)
    assert page.locator("article.post").count() == before
    page.keyboard.press("j")
    page.keyboard.press("o")
    assert page.locator("details.why[open]").count() == 1
    page.keyboard.press("1")
    page.wait_for_load_state("networkidle")
    assert page.locator("article.post", has_text="Label nagekeken").count() >= 1
    page.uncheck("#toetsen-aan")
    page.keyboard.press("r")
    page.wait_for_timeout(200)
    assert page.locator("article.post").count() == before
    visit.expect_calm()


def test_axe_finds_nothing_on_an_opened_card_and_in_the_threat_queue(visit: Visit) -> None:
    sign_in(visit, "webcare")
    page = visit.go(f"{INBOX}?label=dreiging&order=urgency")
    for summary in page.locator("article.post").first.locator("summary").all():
        summary.click()
    found = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in found] == []
    page.locator("article.post").first.locator("input[name=reason]").fill("beeldspraak")
    page.locator("article.post").first.locator("button", has_text="Geen dreiging").click()
    page.wait_for_load_state()
    assert "wie de baas" not in page.locator("main").inner_text()
    visit.expect_calm()


def test_two_colleagues_see_each_other_and_the_second_is_told(
    browser: Browser, served: tuple[House, str], visit: Visit
) -> None:
    first = sign_in(visit, "webcare")
    visit.go(INBOX)
    with first.expect_response("**/presence"):
        first.locator("article.post").first.locator("summary", has_text="Behandelen").click()
    context = browser.new_context(locale="nl-NL")
    other = visit_of(context, served[1])
    second = sign_in(other, "adviseur")
    other.go(INBOX)
    card = second.locator("article.post").first
    assert "Ook open bij" in card.inner_text()
    first.locator("article.post").first.locator("button", has_text="Geen actie").first.click()
    first.wait_for_load_state()
    card.locator("summary", has_text="Behandelen").click()
    card.locator("button", has_text="Beantwoord").first.click()
    second.wait_for_load_state()
    assert "intussen door een ander bijgewerkt" in second.inner_text("main")
    context.close()
