"""Pictures of every page for the guide: `make screenshots` starts the demonstration and takes them.

The demonstration runs on a port of its own, in a folder of its own, at a fixed moment, so that the
pictures change only when a page does. A few things that people do are done first, in the forms' own
API: a question answered, a rumour noted, what the police knows, a recipient. Everything is fictional.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent.parent / "docs" / "handleiding" / "schermen"
CLOCK = "2026-11-24T08:30:00+01:00"
HOME, REPORT = "/dossiers/de-zonnehoek", "/dossiers/de-zonnehoek/reports"
WIDE, NARROW, TALLEST, COLOURS = 1100, 320, 1500, 240


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: `part` is what must be in sight, `opens` the summaries to open first."""

    name: str
    path: str
    role: str = "adviseur"
    part: str = ""
    opens: tuple[str, ...] = ()
    narrow: bool = False
    height: int = TALLEST


PICTURES = (
    Picture("aanmelden", "/sign-in", role="", height=900),
    Picture("overzicht", "/", height=700),
    Picture("verslag", f"{REPORT}/2026-11-17"),
    Picture("verslag-smal", f"{REPORT}/2026-11-17", narrow=True),
    Picture("verslag-labels", f"{REPORT}/2026-11-17", part=".labels", height=1100),
    Picture("verslag-diagnose", REPORT, part=".diagnosis", opens=("#noteren > summary",), height=1200),
    Picture("verslag-duiding", REPORT, part=".interpretation", height=1000),
    Picture("achter-een-cijfer", f"{HOME}/posts?edition=2026-11-17.1&behind=stance:contra", height=1200),
    Picture("berichten", f"{HOME}/posts", "webcare"),
    Picture("berichten-smal", f"{HOME}/posts", "webcare", narrow=True),
    Picture("bericht", f"{HOME}/posts?question=true", "webcare", part="article.post",
            opens=("article.post:first-of-type summary",), height=1300),
    Picture("dreiging", f"{HOME}/posts?label=dreiging", "webcare", part="#lijst-kop", height=900),
    Picture("zoekopdracht", f"{HOME}/query", "analist", height=1200),
    Picture("zoekopdracht-proberen", f"{HOME}/query/edit", "analist"),
    Picture("zoekopdracht-vergelijken", f"{HOME}/query/diff?old=1&new=2", "analist", height=1100),
    Picture("steekproef", f"{HOME}/probes/1", "analist", height=1100),
    Picture("bronnen", f"{HOME}/sources", "beheerder"),
    Picture("invoer", f"{HOME}/imports", "webcare", height=900),
    Picture("labelen", f"{HOME}/labelling", "webcare", height=1200),
    Picture("model", f"{HOME}/model", "analist", height=1300),
    Picture("accountlijsten", f"{HOME}/account-lists", "webcare", height=1200),
    Picture("momenten", f"{HOME}/moments"),
    Picture("gestelde-vragen", f"{HOME}/questions", "webcare", height=1200),
    Picture("vragen", f"{HOME}/answers"),
    Picture("vragen-smal", f"{HOME}/answers", narrow=True, height=1100),
    Picture("openbare-antwoorden", "/public/de-zonnehoek/answers", role="", height=700),
    Picture("signalen", f"{HOME}/alerts"),
    Picture("bezorging", f"{HOME}/delivery", height=1300),
    Picture("gebruikers", f"{HOME}/users", "beheerder", height=1200),
    Picture("bewaren", f"{HOME}/retention", "beheerder", height=1200),
    Picture("logboek", f"{HOME}/audit", "auditor", height=1100),
    Picture("wachtwoord", "/password", height=700),
)  # fmt: skip


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a demonstration of our own, gone afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tempfile.mkdtemp(prefix="klankbord-schermen-")
    environment = {
        "PATH": os.environ["PATH"], "HOME": folder, "KLANKBORD_DATA_DIR": folder,
        "KLANKBORD_CLOCK": CLOCK,
    }  # fmt: skip
    script = Path(sys.executable).with_name("klankbord")
    process = subprocess.Popen(
        [str(script), "demo", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base, process)
        yield base
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(base: str, process: subprocess.Popen[bytes], seconds: int = 300) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit("the demonstration stopped before it served a page")
        try:
            urllib.request.urlopen(f"{base}/sign-in", timeout=2).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"the demonstration did not answer within {seconds} s")


def signed_in(browser: Browser, base: str, role: str, width: int) -> Page:
    """A page of somebody with this role; nobody's without one."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="nl-NL", device_scale_factor=1,
        reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    if not role:
        return page
    page.goto(f"{base}/sign-in")
    secret = re.search(r"riet-\w+-\w+-\w+", page.content())
    if secret is None:
        raise SystemExit("the sign-in page of the demonstration shows no password")
    page.fill("#username", role)
    page.fill("#password", secret[0])
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}/")
    return page


def lived_in(browser: Browser, base: str) -> None:
    """What people of the town did before somebody took pictures."""
    adviser = signed_in(browser, base, "adviseur", WIDE)
    analyst = signed_in(browser, base, "analist", WIDE)
    place = "/v1/dossiers/de-zonnehoek"
    theme = {
        "title": "Aantal en omvang",
        "kind": "feitelijk",
        "paraphrase": "Hoeveel mensen komen er?",
    }
    answer = {
        "text": "Er komen hooguit 120 mensen. Zo staat het in het voorstel.",
        "state": "beantwoord",
    }
    unknown = {"text": "De begroting volgt.", "state": "nog niet bekend", "reviewOn": "2026-12-01"}
    money = {"title": "Kosten en wie betaalt", "kind": "feitelijk"}
    acts: list[tuple[Page, str, str, dict[str, Any] | None, str]] = [
        (adviser, "POST", "/statements", {"subject": "context", "origin": "politie",
            "text": "In een buurgemeente was vorige week een onrustige raadsavond."}, ""),
        (adviser, "POST", "/statements", {"subject": "betrokkenen", "origin": "COA",
            "text": "Er komen vooral gezinnen."}, ""),
        (adviser, "PUT", "/themes/aantal", theme, "0"),
        (adviser, "PUT", "/themes/aantal/answer", answer, ""),
        (adviser, "POST", "/themes/aantal/approval", None, "1"),
        (adviser, "PUT", "/themes/kosten", money, "0"),
        (adviser, "PUT", "/themes/kosten/answer", unknown, ""),
        (adviser, "POST", "/rumours", {"claim": "De sporthal zou er ook bij komen.",
            "status": "wordt nagezocht"}, ""),
        (adviser, "POST", "/follow-ups", {"title": "Terugkomen op de verlichting aan de Molenweg",
            "due": "2026-11-27"}, ""),
        (adviser, "POST", "/recipients", {"notifier": "mail", "address": "noor@rietmeer.example",
            "note": "communicatie"}, ""),
        (adviser, "POST", "/report-feeds", {"note": "intranet"}, ""),
        (analyst, "POST", "/queries", {"query": "Rietmeer AND (opvang* OR azc*)",
            "note": "Korter geprobeerd"}, ""),
        (analyst, "POST", "/queries/1/probes", {"perStratum": 10, "seed": 7}, ""),
    ]  # fmt: skip
    for page, method, path, body, version in acts:
        _act(page, base, method, place + path, body, version)
    helping = adviser.request.get(f"{base}{place}/question-clusters?theme=hulp").json()
    words = {"paraphrase": "Wat is er nodig, en waar kan ik het brengen?"}
    name = helping["clusters"][0]["name"]
    _act(adviser, base, "PUT", f"{place}/question-clusters/{name}", words, "1")


def _act(
    page: Page, base: str, method: str, path: str, body: dict[str, Any] | None, version: str
) -> None:
    csrf = page.locator("input[name=csrf]").first.get_attribute("value") or ""
    headers = {"X-CSRF-Token": csrf} | ({"If-Match": f'"{version}"'} if version else {})
    answer = page.request.fetch(base + path, method=method, headers=headers, data=body)
    if not answer.ok:
        raise SystemExit(f"{method} {path}: {answer.status} {answer.text()[:300]}")


def take(page: Page, base: str, picture: Picture) -> bytes:
    """One picture as a small PNG."""
    answer = page.goto(base + picture.path)
    if answer is None or not answer.ok:
        raise SystemExit(f"{picture.path} answers {answer.status if answer else 'nothing'}")
    page.wait_for_load_state("networkidle")
    for opened in picture.opens:
        for summary in page.locator(opened).all():
            summary.click()
    whole = page.screenshot(full_page=True)
    top = 0
    if picture.part:
        box = page.locator(picture.part).first.bounding_box()
        if box is None:
            raise SystemExit(f"{picture.name}: {picture.part} is not on the page")
        top = int(box["y"] + page.evaluate("scrollY")) - 24
    image = Image.open(io.BytesIO(whole)).convert("RGB")
    image = image.crop((0, max(0, top), image.width, min(image.height, top + picture.height)))
    kept = io.BytesIO()
    _few_colours(image).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _few_colours(image: Image.Image) -> Image.Image:
    """The same with its most frequent colours exactly, so that ground and chips keep their own."""
    counted = image.getcolors(image.width * image.height) or []
    frequent = [colour for _, colour in sorted(counted, key=lambda pair: -pair[0])[:COLOURS]]
    palette = Image.new("P", (1, 1))
    flat = [part for colour in frequent for part in colour]  # type: ignore[union-attr]
    palette.putpalette(flat + flat[:3] * (256 - len(frequent)))
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def main() -> None:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise SystemExit("Chromium is not installed (apt-get install chromium)")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demonstration() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        lived_in(browser, base)
        pages: dict[tuple[str, bool], Page] = {}
        for picture in PICTURES:
            who = picture.role, picture.narrow
            if who not in pages:
                width = NARROW if picture.narrow else WIDE
                pages[who] = signed_in(browser, base, picture.role, width)
            content = take(pages[who], base, picture)
            (FOLDER / f"{picture.name}.png").write_bytes(content)
            print(f"{picture.name:<26} {len(content) / 1024:6.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
