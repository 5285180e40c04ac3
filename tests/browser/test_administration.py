"""The administrator's first day and webcare's lists: by keyboard, with axe, at 320 px, without script."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app.services.account_lists import save_list
from app.services.house import House
from tests.browser.conftest import Visit
from tests.browser_steps import sign_in_by_keyboard, tab_to
from tests.factories import DOSSIER, PASSWORD

pytestmark = pytest.mark.browser
HOME = f"/dossiers/{DOSSIER}"
#: Where pictures of the pages are kept, for who wants to look at them.
PICTURES = os.environ.get("KLANKBORD_TEST_PICTURES", "")
PAGES = (
    ("webcare", f"{HOME}/account-lists"),
    ("beheerder", f"{HOME}/users"),
    ("beheerder", f"{HOME}/retention"),
    ("adviseur", f"{HOME}/delivery"),
    ("beheerder", f"{HOME}/sources?kind=mastodon"),
    ("auditor", f"{HOME}/audit"),
    ("lezer", "/password"),
)


@pytest.fixture(autouse=True)
def lists(served: tuple[House, str]) -> None:
    """Two lists: one that ends soon, one with a person who waits for a second one."""
    house, _ = served
    today = house.clock.now().date()
    values = {"kind": "journalists", "reason": "Openbare functie"}
    for name, days, account in (("Lokale pers", 7, "@bode"), ("Groepen", 60, "@jan.de.vries")):
        save_list(
            house, DOSSIER,
            {**values, "name": name, "expires": date_after(today, days), "accounts": [account]},
        )  # fmt: skip


def date_after(day: date, days: int) -> date:
    return day + timedelta(days=days)


def sign_in(visit: Visit, role: str, path: str) -> Page:
    visit.page.context.clear_cookies()
    page = visit.go("/sign-in")
    page.fill("#username", f"{role}.rietmeer")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_load_state()
    return visit.go(path)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_axe_finds_nothing_and_nothing_complains(visit: Visit, role: str, path: str) -> None:
    page = sign_in(visit, role, path)
    for summary in page.locator("summary").all():
        summary.click()
    picture(page, path.strip("/").replace("/", "-").partition("?")[0])
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found] == []
    visit.expect_calm()


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_no_page_scrolls_sideways_at_320_pixels(visit: Visit, role: str, path: str) -> None:
    page = sign_in(visit, role, path)
    visit.page.set_viewport_size({"width": 320, "height": 700})
    for summary in page.locator("summary").all():
        summary.click()
    picture(page, "smal-" + path.strip("/").replace("/", "-").partition("?")[0])
    wide = page.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(e =>"
        " e.getBoundingClientRect().right > 321 && !e.closest('.scroll'))"
        ".map(e => e.tagName + '.' + e.className)"
    )
    assert wide == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_the_administrators_first_day_without_script(plain_visit: Visit) -> None:
    page = sign_in(plain_visit, "beheerder", f"{HOME}/users")
    page.fill("#nieuw-username", "eerste.dag")
    page.fill("#nieuw-name", "Eerste Dag")
    page.select_option("#nieuw-role", "webcare")
    page.press("#nieuw-name", "Enter")
    page.wait_for_load_state()
    secret = page.inner_text("code.secret")
    plain_visit.page.context.clear_cookies()
    page = plain_visit.go("/sign-in")
    page.fill("#username", "eerste.dag")
    page.fill("#password", secret)
    page.press("#password", "Enter")
    page.wait_for_load_state()
    page = plain_visit.go("/password")
    page.fill("#current", secret)
    page.fill("#new", "mijn eigen lange zin")
    page.fill("#again", "mijn eigen lange zin")
    page.press("#again", "Enter")
    page.wait_for_load_state()
    assert "is gewijzigd" in page.inner_text("main")
    page = plain_visit.go(f"{HOME}/account-lists")
    page.locator("section.card", has_text="Groepen").get_by_role("button", name="Instemmen").click()
    page.wait_for_load_state()
    assert "U hebt ingestemd" in page.inner_text("main")


def test_the_administrators_first_day_with_the_keyboard_alone(visit: Visit) -> None:
    """Make a colleague an account, see what would be removed, look at a source, change the password."""
    page = sign_in_by_keyboard(visit, "beheerder")
    tab_to(page, "Naar het verslag")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/*")
    tab_to(page, "Gebruikers")
    page.keyboard.press("Enter")
    page.wait_for_url("**/users")
    tab_to(page, "nieuw-username", most=200)
    page.keyboard.type("tweede.dag")
    tab_to(page, "nieuw-name")
    page.keyboard.type("Tweede Dag")
    tab_to(page, "nieuw-role")
    page.keyboard.type("Webcare")
    tab_to(page, "Gebruiker maken")
    page.keyboard.press("Enter")
    page.wait_for_selector("code.secret")
    assert "Tweede Dag" in page.inner_text("main")
    tab_to(page, "Bewaren en wissen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/retention")
    assert "dagen bewaard" in page.inner_text("main")
    tab_to(page, "Bronnen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sources")
    tab_to(page, "uw account", most=300)
    page.keyboard.press("Enter")
    page.wait_for_url("**/password")
    tab_to(page, "mail")
    page.keyboard.type("beheer@rietmeer.example")
    tab_to(page, "Opslaan")
    page.keyboard.press("Enter")
    page.wait_for_url("**saved=bericht")
    assert page.input_value("#mail") == "beheer@rietmeer.example"
    visit.expect_calm()


def test_webcare_makes_a_list_with_the_keyboard_alone(visit: Visit) -> None:
    page = sign_in(visit, "webcare", f"{HOME}/account-lists")
    page.focus("#nieuw-naam")
    page.keyboard.type("Fracties")
    page.keyboard.press("Tab")
    page.keyboard.type("Pol")
    page.fill("#nieuw-eind", "2027-01-01")
    page.focus("#nieuw-reden")
    page.keyboard.type("Gekozen volksvertegenwoordigers")
    page.keyboard.press("Tab")
    page.keyboard.type("@fractie_dorpsbelang")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**saved=gemaakt")
    assert "Politici en fracties" in page.inner_text("main")
    visit.expect_calm()
