"""The adviser's morning in a real browser: by keyboard, on a phone, without JavaScript, with axe."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visit
from tests.browser_steps import sign_in, tab_to
from tests.factories import DOSSIER, PASSWORD

pytestmark = pytest.mark.browser
HOME = f"/dossiers/{DOSSIER}"
PAGES = (
    "reports",
    "posts",
    "sources",
    "imports",
    "query",
    "account-lists",
    "moments",
    "answers",
    "alerts",
    "labelling",
)


def test_the_adviser_reads_interprets_and_approves_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit.go("/sign-in")
    tab_to(page, "username")
    page.keyboard.type("adviseur.rietmeer")
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    tab_to(page, "Naar het verslag")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/*")
    assert "niet representatief" in page.inner_text("main")
    tab_to(page, "text")
    page.keyboard.type("Rustige dag, vooral vragen.")
    tab_to(page, "Duiding opslaan")
    page.keyboard.press("Enter")
    page.wait_for_url("**saved=duiding")
    tab_to(page, "Verslag goedkeuren")
    page.keyboard.press("Enter")
    page.wait_for_url("**saved=goedgekeurd")
    assert "Rustige dag, vooral vragen." in page.inner_text("main")
    assert page.locator("text=Verslag goedkeuren").count() == 0
    visit.expect_calm()


def test_axe_finds_nothing_and_no_page_complains_or_asks_elsewhere(visit: Visit) -> None:
    page = visit.go("/sign-in")
    found = {"sign-in": Axe().run(page).response["violations"]}
    sign_in(visit, "webcare")
    for part in ("", *(f"{HOME}/{name}" for name in PAGES)):
        page = visit.go(part or "/")
        page.wait_for_load_state("networkidle")
        for summary in page.locator("summary").all()[:6]:
            summary.click()
        found[part] = Axe().run(page).response["violations"]
    assert {name: [v["id"] for v in several] for name, several in found.items() if several} == {}
    visit.expect_calm()


def test_the_analyst_edits_tries_and_judges_with_keys_and_axe_finds_nothing(visit: Visit) -> None:
    page = sign_in(visit, "analist")
    found = {}
    page = visit.go(f"{HOME}/query/edit")
    page.fill("#text", "Rietmeer AND (opvang* OR azc*)")
    page.locator("#telling", has_text="bewaarde berichten").wait_for()
    tab_to(page, "Nakijken en proberen")
    page.keyboard.press("Enter")
    page.wait_for_selector("#gevonden")
    found["edit"] = Axe().run(page).response["violations"]
    page.fill("#note", "azc erbij")
    page.press("#note", "Enter")
    page.wait_for_load_state()
    page = visit.go(f"{HOME}/query")
    found["query"] = Axe().run(page).response["violations"]
    page.click("text=Steekproef: wat missen we?")
    page.wait_for_selector("#oordelen")
    found["probe"] = Axe().run(page).response["violations"]
    page.keyboard.press("n")
    page.wait_for_url("**#bericht-2")
    assert page.locator("#bericht-1 [aria-pressed=true]").inner_text().startswith("Niet relevant")
    page.uncheck("#toetsen-aan")
    page.keyboard.press("r")
    assert page.locator("[aria-pressed=true]").count() == 1
    assert {name: [v["id"] for v in several] for name, several in found.items() if several} == {}
    visit.expect_calm()


def test_the_charts_are_drawn_and_each_has_its_table(visit: Visit) -> None:
    sign_in(visit, "adviseur")
    page = visit.go(f"{HOME}/reports")
    page.wait_for_selector(".chart--drawn .main-svg")
    assert page.locator(".chart--drawn").count() == 2
    assert page.locator(".chart .scatterlayer path.point").count() >= 9
    assert page.locator("figure table").count() == 2
    visit.expect_calm()


def test_everything_is_read_without_javascript_on_a_narrow_screen(plain_visit: Visit) -> None:
    page = sign_in(plain_visit, "adviseur")
    for part in PAGES:
        page = plain_visit.go(f"{HOME}/{part}")
        assert page.locator("h1").count() == 1
    page = plain_visit.go(f"{HOME}/reports")
    page.locator("figure summary").first.click()
    assert page.locator("figure table").first.is_visible()


@pytest.mark.parametrize("part", PAGES)
def test_no_page_needs_sideways_scrolling_at_320_pixels(visit: Visit, part: str) -> None:
    sign_in(visit, "adviseur")
    visit.page.set_viewport_size({"width": 320, "height": 700})
    page = visit.go(f"{HOME}/{part}")
    wide = page.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(e =>"
        " e.getBoundingClientRect().right > 321 && !e.closest('.scroll, .js-plotly-plot'))"
        ".map(e => e.tagName + '.' + e.className)"
    )
    assert wide == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_webcare_corrects_a_label_with_a_form(visit: Visit) -> None:
    page = sign_in(visit, "webcare", f"{HOME}/posts")
    card = page.locator("article.post", has_text="prima").first
    assert "<b>prima</b>" in card.inner_text()
    card.locator("summary", has_text="Label verbeteren").click()
    card.locator("input[value=B2]").check()
    card.locator("button", has_text="Label opslaan").click()
    changed = page.locator("article.post", has_text="prima").first
    assert "Label nagekeken" in changed.inner_text()
    assert "B2" in changed.inner_text()
    visit.expect_calm()
