"""The webcare hour with the keyboard alone, and two colleagues on the same post."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from app.services.house import House
from tests.browser.conftest import Visit, visit_of
from tests.browser_steps import sign_in, sign_in_by_keyboard, tab_to
from tests.factories import DOSSIER

pytestmark = pytest.mark.browser
INBOX = f"/dossiers/{DOSSIER}/posts"


def test_the_webcare_hour_with_the_keyboard_alone(visit: Visit) -> None:
    """Filter, give, relabel, answer, and take each of them back."""
    page = sign_in_by_keyboard(visit, "webcare")
    tab_to(page, "Naar de berichten")
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts")
    tab_to(page, "f-behandeling")
    page.keyboard.type("Nieuw")
    tab_to(page, "f-onderwerp")
    page.keyboard.type("aantal")
    tab_to(page, "Filters toepassen")
    page.keyboard.press("Enter")
    page.wait_for_url("**theme=aantal**")
    before = page.locator("article.post").count()
    assert before >= 2
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("input[name=posts][form=werk]:checked").count() == 2
    tab_to(page, "Geef aan mij", back=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**undo=*")
    assert page.locator(".post__work", has_text="bij Webcare.Rietmeer").count() == 2
    page.keyboard.press("u")
    page.wait_for_url(lambda url: "undo=" not in url)
    assert page.locator(".post__work", has_text="bij Webcare.Rietmeer").count() == 0
    page.keyboard.press("j")
    page.keyboard.press("o")
    assert page.locator("details.why[open]").count() == 1
    page.keyboard.press("2")
    page.wait_for_url("**relabelled=*")
    assert page.locator("article.post", has_text="Label nagekeken").count() == 1
    page.keyboard.press("u")
    page.wait_for_url(lambda url: "relabelled=" not in url)
    assert page.locator("article.post", has_text="Label nagekeken").count() == 0
    page.keyboard.press("j")
    page.keyboard.press("a")
    assert "Beantwoord met dit antwoord" in page.evaluate("() => document.activeElement.innerText")
    page.keyboard.press("Enter")
    page.wait_for_url("**undo=*")
    assert page.locator("article.post").count() == before - 1
    page.keyboard.press("u")
    page.wait_for_url(lambda url: "undo=" not in url)
    assert page.locator("article.post").count() == before
    visit.expect_calm()


def test_the_keys_are_told_and_can_be_switched_off_for_good(visit: Visit) -> None:
    page = sign_in(visit, "webcare")
    page = visit.go(f"{INBOX}?theme=aantal")
    page.keyboard.press("?")
    page.wait_for_function("() => window.scrollY > 0")
    tab_to(page, "toetsen-aan", most=400, back=True)
    page.keyboard.press("Space")
    page = visit.go(f"{INBOX}?theme=aantal")
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.wait_for_timeout(200)
    assert page.url.endswith("theme=aantal")
    assert page.evaluate("() => document.activeElement.tagName") == "BODY"
    visit.expect_calm()


def test_one_post_by_itself_is_calm_for_axe_and_fits_a_phone(visit: Visit) -> None:
    page = sign_in(visit, "webcare")
    page = visit.go(f"{INBOX}?theme=aantal")
    page.locator("article.post h3 a").first.click()
    page.wait_for_load_state("networkidle")
    for summary in page.locator("summary").all():
        summary.click()
    found = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in found] == []
    assert "Het gesprek eromheen" in page.inner_text("main")
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    visit.expect_calm()


def test_the_inbox_over_all_dossiers_is_calm_for_axe_and_fits_a_phone(visit: Visit) -> None:
    sign_in(visit, "webcare")
    page = visit.go("/inbox?order=urgency")
    assert page.locator("article.post").count() >= 4
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    page.locator("article.post h3 a").first.click()
    assert "Het gesprek eromheen" in page.inner_text("main")
    visit.expect_calm()


def test_single_edits_go_without_a_script_on_a_narrow_screen(plain_visit: Visit) -> None:
    page = sign_in(plain_visit, "adviseur")
    page = plain_visit.go(f"{INBOX}?theme=aantal&workState=nieuw")
    before = page.locator("article.post").count()
    card = page.locator("article.post").first
    card.locator("summary", has_text="Goedgekeurd antwoord").click()
    assert card.locator("textarea").input_value() == "Er komen honderd."
    card.locator("button", has_text="Beantwoord met dit antwoord").click()
    page.wait_for_url("**undo=*")
    assert page.locator("article.post").count() == before - 1
    page.locator("button", has_text="Ongedaan maken").click()
    page.wait_for_url(lambda url: "undo=" not in url)
    assert page.locator("article.post").count() == before
    card = page.locator("article.post").first
    card.locator("summary", has_text="Label verbeteren").click()
    card.locator("input[value=I2]").check()
    card.locator("button", has_text="Label opslaan").click()
    page.wait_for_url("**relabelled=*")
    page.locator("button", has_text="Ongedaan maken").click()
    page.wait_for_url(lambda url: "relabelled=" not in url)
    assert page.locator("article.post", has_text="Label nagekeken").count() == 0


def test_a_colleague_who_is_given_work_sees_it_on_every_page(
    browser: Browser, served: tuple[House, str], visit: Visit
) -> None:
    page = sign_in(visit, "webcare")
    page = visit.go(f"{INBOX}?theme=aantal")
    card = page.locator("article.post").first
    card.locator("summary", has_text="Behandelen").click()
    card.locator("select[name=owner]").select_option(label="Adviseur.Rietmeer")
    card.locator("button", has_text="Geven").click()
    page.wait_for_url("**undo=*")
    context = browser.new_context(locale="nl-NL")
    other = visit_of(context, served[1])
    second = sign_in(other, "adviseur")
    assert "1 bericht aan u gegeven" in second.inner_text("main")
    other.go(f"/dossiers/{DOSSIER}/moments")
    second.locator("a", has_text="1 bericht aan u gegeven").click()
    assert second.locator("article.post").count() == 1
    assert [v["id"] for v in Axe().run(second).response["violations"]] == []
    second.locator("summary", has_text="Behandelen").click()
    second.locator("article.post button", has_text="In behandeling").click()
    second.wait_for_load_state()
    assert "aan u gegeven" not in second.inner_text("header")
    context.close()


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
    card.locator(".work button", has_text="Beantwoord").first.click()
    second.wait_for_load_state()
    assert "intussen door een ander bijgewerkt" in second.inner_text("main")
    context.close()
