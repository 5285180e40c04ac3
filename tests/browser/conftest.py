"""A real Chromium against a real server on loopback: what a person sees and a keyboard reaches."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.api.application import create_app
from app.api.listening import bound
from app.services.house import House
from tests import databases
from tests.browser_town import lived_in

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Visit:
    """One browser page with everything it complained about or asked elsewhere."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def expect_calm(self) -> None:
        """No console error, no refused style or script, no request to another place."""
        assert self.complaints == []
        assert self.elsewhere == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        databases.absent("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def served(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, str]]:
    """(house, address) of a town that has lived for some days."""
    folder = tmp_path_factory.mktemp("dorp")
    house = lived_in(databases.copied(sqlite_template, folder), folder)
    with bound("127.0.0.1", 0) as listener:
        config = uvicorn.Config(create_app(house), log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield house, f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()
    house.close()


def visit_of(context: BrowserContext, base: str) -> Visit:
    visit = Visit(context.new_page(), base)
    visit.page.on(
        "console",
        lambda said: visit.complaints.append(said.text) if said.type == "error" else None,
    )
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on(
        "request",
        lambda request: (
            None if request.url.startswith((base, "data:")) else visit.elsewhere.append(request.url)
        ),
    )
    return visit


@pytest.fixture
def visit(browser: Browser, served: tuple[House, str]) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1200, "height": 900}, locale="nl-NL")
    yield visit_of(context, served[1])
    context.close()


@pytest.fixture
def plain_visit(browser: Browser, served: tuple[House, str]) -> Iterator[Visit]:
    """The same without JavaScript, on a narrow screen."""
    context = browser.new_context(
        viewport={"width": 320, "height": 700}, java_script_enabled=False, locale="nl-NL"
    )
    yield visit_of(context, served[1])
    context.close()
