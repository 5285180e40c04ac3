"""Active content, formulas and turned text in every field of every kind of source, on every way out.

What each kind really reads from hostile bytes is stored as posts, and then looked for on the pages, in
the API, in the exports, in the report, its PDF and its mail, and in the feeds.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from app import sources
from app.api.application import create_app
from app.notify.mail import _letter
from app.notify.protocol import Mail, Means
from app.outbound import Outbound
from app.records import FetchedPost, FetchState
from app.services import imports
from app.services.delivery import parcel_of
from app.services.exporting import safe
from app.services.house import House
from app.sources.bekendmakingen import BekendmakingenSource
from app.sources.bluesky_search import BlueskySearchSource
from app.sources.feed import FeedSource
from app.sources.jetstream import JetstreamSource
from app.sources.mastodon import MastodonSource
from app.sources.politie import PolitieSource
from app.storage import reports as report_rows
from app.storage.models import SourceRow
from dashboards.pdf import is_available
from tests import databases
from tests import factories as the
from tests.api.town import Town
from tests.factories import DOSSIER, FEED, dossier_of, told
from tests.fake_jetstream import jetstream
from tests.fake_mastodon import mastodon
from tests.fake_pds import ACCOUNT, PASSWORD, pds
from tests.fakes import World, of_codes
from tests.web import Answer, Web

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TURN = "\u202e\u2066"
#: Every attack in one line of text; it matches the query of the dossier.
ATTACK = (
    "=HYPERLINK(\"http://kwaad.example\";1)<script>alert(1)</script><img src=x onerror=alert(2)>"
    f"\"><svg/onload=alert(3)>{{{{7*7}}}}javascript:alert(4){TURN} opvang Rietmeer 49?"
)  # fmt: skip
ITEM = escape(escape(ATTACK))


class Anywhere(dict):  # type: ignore[type-arg]
    """Pages of a site that answers everything the same way, but has no robots.txt."""

    def __init__(self, body: bytes, media_type: str) -> None:
        super().__init__()
        self.answer = Answer(body, media_type=media_type)

    def get(self, path: str, default: object = None) -> object:
        return default if path == "/robots.txt" else self.answer


def of_site(
    site: Web, made: object, body: str, media_type: str, **settings: str
) -> list[FetchedPost]:
    """What a kind that asks over HTTP reads from a site that answers with this body."""
    site.pages = Anywhere(body.encode(), media_type)
    with closing(Outbound(allow_private=site.place, contact="proef")) as door:
        state = FetchState(site.url("/plek"), settings)
        found = list(made.fetch(state, door, NOW).posts)  # type: ignore[attr-defined]
    site.pages = {}
    return found


def of_rss(site: Web) -> list[FetchedPost]:
    body = (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>{ITEM}</title><item>"
        f"<guid>{ITEM}</guid><title>{ITEM}</title><author>{ITEM}</author><category>{ITEM}</category>"
        f"<link>javascript:alert(5)</link><description>{ITEM}</description></item></channel></rss>"
    )
    with closing(FeedSource()) as reader:
        return of_site(site, reader, body, "application/rss+xml")


def of_atom(site: Web) -> list[FetchedPost]:
    body = (
        f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{ITEM}</title><entry><id>{ITEM}</id>"
        f"<title type='html'>{ITEM}</title><author><name>{ITEM}</name></author>"
        f"<link href='javascript:alert(5)'/><content type='html'>{ITEM}</content></entry></feed>"
    )
    with closing(FeedSource()) as reader:
        return of_site(site, reader, body, "application/atom+xml")


def of_json_feed(site: Web) -> list[FetchedPost]:
    item = {"id": ATTACK, "title": ATTACK, "content_text": ATTACK, "url": "javascript:alert(5)",
            "authors": [{"name": ATTACK}], "tags": [ATTACK]}  # fmt: skip
    body = {"version": "https://jsonfeed.org/version/1.1", "title": ATTACK, "items": [item]}
    with closing(FeedSource()) as reader:
        return of_site(site, reader, json.dumps(body), "application/feed+json")


def of_mastodon(_: Web) -> list[FetchedPost]:
    with mastodon() as server:
        server.post("", content=f"<p>{escape(ATTACK)}</p><script>alert(6)</script>", author=ATTACK)
        with closing(Outbound(allow_private=server.place, contact="proef")) as door:
            state = FetchState(server.url("/public/local"), {"token": server.token})
            return list(MastodonSource().fetch(state, door, NOW).posts)


def of_bluesky(_: Web) -> list[FetchedPost]:
    with jetstream() as bridge:
        bridge.event("identity", "did:plc:begin")
        bridge.post("1", ATTACK, langs=["nl"])
        with closing(Outbound(allow_private=bridge.place, contact="proef")) as door:
            state = FetchState(bridge.url(), {}, cursor=str(bridge.events[0]["time_us"]))
            batches = JetstreamSource().stream(state, door, NOW)
            return next(list(batch.posts) for batch in batches if batch.posts)


def of_bluesky_search(_: Web) -> list[FetchedPost]:
    with pds() as server:
        server.post(ATTACK, tags=[ATTACK], embed={"images": [{"alt": ATTACK}]})
        with closing(Outbound(allow_private=server.place, contact="proef")) as door:
            settings = {"account": ACCOUNT, "app_password": PASSWORD}
            return list(
                BlueskySearchSource().fetch(FetchState(server.url(), settings), door, NOW).posts
            )


def of_publications(site: Web) -> list[FetchedPost]:
    body = (
        '<?xml version="1.0"?><s:searchRetrieveResponse xmlns:s="http://docs.oasis-open.org/ns/'
        'search-ws/sruResponse" xmlns:d="http://purl.org/dc/terms/" xmlns:g="http://standaarden.'
        'overheid.nl/sru"><s:numberOfRecords>1</s:numberOfRecords><s:records><s:record>'
        f"<s:recordData><g:gzd><d:identifier>{escape(ATTACK)}</d:identifier><d:title>{escape(ATTACK)}"
        "</d:title><d:available>2026-11-18</d:available><g:preferredUrl>javascript:alert(5)"
        f"</g:preferredUrl><d:abstract>{escape(ATTACK)}</d:abstract></g:gzd></s:recordData>"
        "</s:record></s:records></s:searchRetrieveResponse>"
    )
    with closing(BekendmakingenSource()) as made:
        return of_site(site, made, body, "application/xml", creator="Rietmeer")


def of_police(site: Web) -> list[FetchedPost]:
    news = {
        "uid": ATTACK, "titel": ATTACK, "url": "javascript:alert(5)", "introductie": escape(ATTACK),
        "publicatiedatum": "2026-11-20 10:00:00",
        "alineas": [{"titel": ATTACK, "opgemaaktetekst": f"<p>{escape(ATTACK)}</p>"}],
    }  # fmt: skip
    body = json.dumps({"nieuwsberichten": [news]})
    return of_site(site, PolitieSource(), body, "application/json", lat="52.44", lon="4.82")


#: Kind of source → what it reads from hostile bytes. A new kind must come in here.
READS: dict[str, tuple[Callable[[Web], list[FetchedPost]], ...]] = {
    "feed": (of_rss, of_atom, of_json_feed),
    "mastodon": (of_mastodon,),
    "bluesky": (of_bluesky,),
    "bluesky-zoeken": (of_bluesky_search,),
    "bekendmakingen": (of_publications,),
    "politie": (of_police,),
}
READERS = [read for several in READS.values() for read in several]


def test_every_kind_of_source_is_read_here() -> None:
    assert set(READS) == set(sources.kinds())


@pytest.fixture
def town(lite_house: House, world: World) -> Iterator[Town]:
    """A town of which the source itself has a hostile name."""
    house = lite_house
    the.settle(house)
    with house.database.write() as session:
        session.query(SourceRow).one().title = ATTACK
    for role in ("adviseur", "webcare", "analist", "beheerder"):
        the.person(house, f"{role}.rietmeer", role)
    with TestClient(create_app(house), base_url="https://testserver") as client:
        yield Town(house, client)


def stored(town: Town, world: World, posts: list[FetchedPost]) -> str:
    """Store what was read, as it was read; the key of the post."""
    assert posts
    told(town.house).say = {
        one.text: replace(of_codes("I1", "B1", question=True), theme="aantal") for one in posts
    }
    at = NOW - timedelta(hours=1)
    world.shows(FEED, *(replace(one, published_at=at, lang="nl") for one in posts))
    the.fetch(town.house)
    (hit, _), *_ = the.hits(town.house)
    return hit.post_key


class Outline(HTMLParser):
    """Tags and attributes that could do something, and text that turns without being fenced off."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.fences: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("svg", "iframe", "object", "embed", "base", "form") and tag != "form":
            self.found.append(tag)
        if tag == "script" and not (values.get("src") or values.get("type") == "application/json"):
            self.found.append("script")
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.found.append(f"{tag} {name}")
            if name in ("href", "src", "action") and not (value or "").startswith(("/", "#")):
                self.found.append(f"{tag} {name}={value}")
        if tag not in ("meta", "link", "img", "input", "br"):
            fenced = tag in ("bdi", "textarea") or values.get("dir") == "auto" or tag == "script"
            self.fences.append(fenced)

    def handle_endtag(self, tag: str) -> None:
        if self.fences:
            self.fences.pop()

    def handle_data(self, data: str) -> None:
        if any(char in data for char in TURN) and not any(self.fences):
            self.found.append(f"turned: {data[:60]!r}")


def active(page: str) -> list[str]:
    outline = Outline()
    outline.feed(page)
    outline.close()
    return outline.found


def runs(cell: str) -> bool:
    """A spreadsheet might take this cell for a formula."""
    bare = cell.lstrip()
    while bare and unicodedata.category(bare[0]) in ("Cf", "Cc", "Zs"):
        bare = bare[1:]
    return bare.startswith(("=", "+", "-", "@", "\t"))


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_nothing_of_a_post_runs_or_turns_on_any_way_out(
    read: Callable[[Web], list[FetchedPost]], town: Town, world: World, loopback_site: Web
) -> None:
    key = stored(town, world, read(loopback_site))
    home, api = f"/dossiers/{DOSSIER}", f"/v1/dossiers/{DOSSIER}"
    house = town.house
    the.at(house, NOW + timedelta(days=1))
    the.draft_due(house)
    day = NOW.date().isoformat()
    webcare, adviser = town.session("webcare"), town.session("adviseur")
    pages = [f"{home}/posts", f"{home}/posts/{key}", f"{home}/posts?text=opvang", f"{home}/sources",
             f"{home}/answers", f"{home}/alerts", f"{home}/moments", f"{home}/query", "/"]  # fmt: skip
    for path in pages:
        answer = town.ask("GET", path, webcare)
        assert answer.status_code == 200, path
        assert active(answer.text) == [], path
        assert "unsafe" not in answer.headers["content-security-policy"]
    report = town.ask("GET", f"{home}/reports/{day}", adviser)
    assert report.status_code == 200
    assert active(report.text) == []
    opened = town.ask(
        "POST", f"{home}/posts/{key}/open", webcare, data={"csrf": webcare["X-CSRF-Token"]}
    )
    leads = [one for one in active(opened.text) if not one.startswith("a href=http")]
    assert leads == []
    shown = town.ask("GET", f"{api}/posts", town.token("webcare"))
    assert shown.headers["content-type"].startswith("application/json")
    assert shown.headers["x-content-type-options"] == "nosniff"
    _exports_run_nothing(town)
    _the_report_carries_nothing(town)


def _exports_run_nothing(town: Town) -> None:
    way, path = town.token("analist"), f"/v1/dossiers/{DOSSIER}/post-export"
    table = town.ask("GET", f"{path}?format=csv", way).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table), delimiter=";"))
    assert len(rows) > 1
    assert [cell for row in rows for cell in row if runs(cell)] == []
    assert {len(row) for row in rows} == {len(rows[0])}
    book = town.ask("GET", f"{path}?format=xlsx", way).content
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in file.namelist() if "vba" in name or "external" in name.lower()]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.casefold().replace("hyperlink(", "")
    for line in town.ask("GET", f"{path}?format=ndjson", way).text.splitlines():
        assert json.loads(line)["bericht"]


def _the_report_carries_nothing(town: Town) -> None:
    house = town.house
    with house.database.read() as session:
        dossier = dossier_of(session)
        row = report_rows.newest(session, dossier.id, NOW.date())
        assert row is not None
        parcel = parcel_of(house, session, DOSSIER, row, pdf=is_available())
    means = Means(house.settings.data_dir, house.outbound, mail=Mail("h", 25, "a@b.example"))
    subject = f"Omgevingsanalyse: {ATTACK}\r\nBcc: e@f.example"
    letter = _letter(means, "c@d.example", subject, parcel.key)
    letter.set_content(parcel.text)
    assert letter.get_content_type() == "text/plain"
    assert letter["Bcc"] is None
    assert "\n" not in str(letter["Subject"])
    for word in (
        b"/JavaScript",
        b"/JS ",
        b"/Launch",
        b"/OpenAction",
        b"/EmbeddedFile",
        b"kwaad.example",
    ):
        assert word not in parcel.pdf
    if not parcel.pdf:
        databases.absent("WeasyPrint needs libpango (apt-get install libpango-1.0-0)")


def test_a_question_of_the_desk_and_a_file_are_as_hostile(town: Town, world: World) -> None:
    told(town.house).say = {}
    imports.heard(town.house, DOSSIER, ATTACK, NOW - timedelta(hours=2), ATTACK)
    page = town.ask("GET", f"/dossiers/{DOSSIER}/posts", town.session("webcare")).text
    assert "alert(1)" in page
    assert active(page) == []
    _exports_run_nothing(town)


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@A1", "\t=1", " =1", "\u00a0=1", "\u202e=1", "\ufeff=1", "\u200b@SUM(A1)",
     "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20A1"],
)  # fmt: skip
def test_a_cell_that_could_run_is_held_by_an_apostrophe(cell: str) -> None:
    assert safe(cell).startswith("'")
    assert safe(cell)[1:].strip() == cell.strip()


def test_an_ordinary_cell_stays_as_it_is() -> None:
    for text in ("Hoeveel mensen?", "1 = 1", "\u202bgewoon", "é"):
        assert safe(text) == text


def test_names_people_choose_are_as_hostile(town: Town) -> None:
    """A colleague, a view, a note, an answer: words of our own people, on the same pages."""
    way = town.token("webcare")
    api = f"/v1/dossiers/{DOSSIER}"
    town.ask(
        "POST",
        f"{api}/views",
        way,
        json={"name": ATTACK[:80], "query": "theme=aantal", "team": True},
    )
    match = {"If-Match": '"0"'}
    theme = {"title": ATTACK[:200], "kind": "feitelijk", "paraphrase": ATTACK}
    assert (
        town.ask("PUT", f"{api}/themes/aantal", way, json=theme, headers=match).status_code == 200
    )
    body = {"text": ATTACK, "state": "beantwoord"}
    version = town.ask("PUT", f"{api}/themes/aantal/answer", way, json=body).json()["version"]
    match = {"If-Match": f'"{version}"'}
    town.ask("POST", f"{api}/themes/aantal/approval", town.token("adviseur"), headers=match)
    for path in (
        f"/dossiers/{DOSSIER}/posts",
        f"/dossiers/{DOSSIER}/answers",
        f"/public/{DOSSIER}/answers",
    ):
        page = town.ask("GET", path, town.session("webcare"))
        assert page.status_code == 200
        assert active(page.text) == [], path
    feed = town.ask("GET", f"/public/{DOSSIER}/answers.atom", {}).text
    assert "<script" not in feed
    assert not re.search(r"<(svg|img)\b", feed)
