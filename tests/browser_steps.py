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


def tab_to(page: Page, name: str, most: int = 80) -> None:
    """Press Tab until the element with this text or label has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "() => { const e = document.activeElement;"
            " return (e.innerText || '') + ' ' + (e.id || '') }"
        )
        if name in said:
            return
    raise AssertionError(f"the keyboard never reached {name!r}")
