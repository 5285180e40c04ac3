"""What every story in the browser does: sign in, and walk with the Tab key."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.factories import PASSWORD


def sign_in(visit: Visit, role: str, next_path: str = "/") -> Page:
    page = visit.go(f"/sign-in?next={next_path}")
    page.fill("#username", f"{role}.rietmeer")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**" + next_path)
    return page


def tab_to(page: Page, name: str, most: int = 80, *, back: bool = False) -> None:
    """Press Tab (or Shift and Tab) until the element with this text or label has the focus."""
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        said = page.evaluate(
            "() => { const e = document.activeElement;"
            " return (e.innerText || '') + ' ' + (e.id || '') }"
        )
        if name in said:
            return
    raise AssertionError(f"the keyboard never reached {name!r}")


def sign_in_by_keyboard(visit: Visit, role: str) -> Page:
    page = visit.go("/sign-in")
    tab_to(page, "username")
    page.keyboard.type(f"{role}.rietmeer")
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    return page
