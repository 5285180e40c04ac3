"""Every number of a report opens exactly the posts that it counts, and nothing but those."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser

import pytest

from app.storage.models import SourceRow
from tests.api.town import PLACE, Town
from tests.factories import (
    DOSSIER,
    FEED,
    FORUM,
    NOW,
    at,
    draft_due,
    fetch,
    person_labels,
    post,
    settle,
    told,
)
from tests.fakes import World, of_codes

DAY = "2026-11-21"
PAGE = f"/dossiers/{DOSSIER}/reports/{DAY}"
OWN = "Open dag: kijk binnen bij de opvang in Rietmeer"
LINK = re.compile(r'<a class="num num--link" href="([^"]+)">([\d.]+)</a>')
#: Parts whose numbers are no posts of this edition: prose that a person may rewrite, charts, what is
#: told from many days, dates, and differences.
NOT_POSTS = {"kern", "tijd", "duiding", "noteren"}
NOT_POSTS_CLASSES = (
    "change",
    "reporthead",
    "day",
    "figure",
    "hash",
    "code",
    "no-print",
    "print-only",
)

#: What else has a digit: the guide's code, a rate, other days, a bound, a number of own posts, an hour.
ALLOWED = re.compile(
    r"Een vreedzame oproep \(S1\)|Per 1\.000|De laatste kolom|.*\b(versie|vanaf|ervoor)\b|"
    r".*(72 uur|17\.00|12\.00)|Inkijk in de opvang \(1 bericht\)|van \w+ \d+ nov\)|"
    r"twijfelt de computer|Periode:"
)


class Unlinked(HTMLParser):
    """Digits in the text of a report that stand in no link and in no part that may have them."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "link", "input", "br", "img"):
            return
        values = dict(attrs)
        names = (values.get("class") or "").split()
        apart = (
            tag in ("time", "script", "style", "title", "header", "footer", "nav", "h1")
            or values.get("aria-labelledby") in NOT_POSTS
            or values.get("id") in NOT_POSTS
            or any(name.split("--")[0] in NOT_POSTS_CLASSES for name in names)
            or "num--link" in names
        )
        self.stack.append((tag, apart))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(apart for _, apart in self.stack) and re.search(r"[1-9]", data):
            self.found.append(" ".join(data.split()))


@pytest.fixture
def busy(town: Town, world: World) -> Town:
    """A day with every kind of number in it: labels, groups, links, own posts, late ones, doubt."""
    house = town.house
    settle(house, FEED, FORUM)
    with house.database.write() as session:
        row = session.query(SourceRow).filter(SourceRow.address == FORUM).one()
        row.own = True
    morning = NOW + timedelta(hours=20)
    angry = replace(
        of_codes("B3", "B1"), emotion=("boosheid", "angst"), target="bestuur", stance="contra",
        sentiment_label="negatief", terms_used=("azc",),
    )  # fmt: skip
    said = {
        "Ze beslissen over ons en niemand luistert, opvang in Rietmeer": angry,
        "Weer uit de krant, die opvang in Rietmeer https://bode.example/x": angry,
        "Fijn, opvang in Rietmeer": replace(of_codes("B5"), stance="pro", emotion=("trots",)),
        "Mag ik helpen bij de opvang in Rietmeer?": replace(
            of_codes("S4", "I6", question=True), stance="pro", reception_form="noodopvang",
            theme="helpen", doubt=True,
        ),
        "Zaterdag protest tegen de opvang in Rietmeer": replace(of_codes("S1"), stance="contra"),
        "Klopt het dat de gymzaal dichtgaat voor opvang in Rietmeer?": replace(
            of_codes("I4", question=True), theme="locatie"
        ),
        "Rook bij de opvang in Rietmeer gezien": of_codes("S7"),
        "Wie komt er mee naar die opvang in Rietmeer, ze leren het wel": of_codes("S3", threat=True),
        "Opvang in Rietmeer, net als bij het zwembad": of_codes("B4"),
    }  # fmt: skip
    told(house).say |= said
    world.shows(
        FEED,
        *(
            post(
                f"n{turn}-{n}", text, morning + timedelta(minutes=37 * n + turn), author=f"w{n % 5}"
            )
            for n, text in enumerate(said)
            for turn in range(3)
        ),
        post("laat", "Te laat gezien: opvang in Rietmeer", NOW - timedelta(hours=5)),
    )
    world.shows(FORUM, post("own", OWN, morning + timedelta(hours=2)))
    at(house, morning + timedelta(hours=10))
    fetch(house)
    person_labels(house, "n0-2", "B5")
    at(house, NOW + timedelta(days=2))
    draft_due(house)
    return town


def test_every_number_opens_exactly_its_posts(busy: Town) -> None:
    way = busy.session("adviseur")
    page = busy.ask("GET", PAGE, way).text
    links = sorted(set(LINK.findall(page)))
    wrong = []
    for href, number in links:
        found = busy.ask("GET", unescape(href), way)
        told_ = re.search(r'id="lijst-kop">([\w.]+) bericht', found.text)
        cards = len(re.findall(r'<article [^>]*class="post', found.text))
        if (
            found.status_code != 200
            or told_ is None
            or not told_[1] == number.replace(".", "") == str(cards)
        ):
            wrong.append((href, number, found.status_code, told_ and told_[1], cards))
    assert wrong == []
    names = {unescape(href).rpartition("behind=")[2].partition("%3A")[0] for href, _ in links}
    assert names >= {
        "posts", "authors", "label", "questions", "threat_candidates", "code", "question", "tone",
        "stance", "emotion", "criticism", "reason", "term", "locality", "group", "source",
        "platform", "domain", "favour", "temporary", "initiative", "late", "own", "read", "landing",
        "person", "doubt",
    }  # fmt: skip


def test_no_number_of_posts_stands_without_its_posts(busy: Town) -> None:
    reader = Unlinked()
    reader.feed(busy.ask("GET", PAGE, busy.session("adviseur")).text)
    assert [text for text in reader.found if not ALLOWED.match(text)] == []


def test_who_may_not_read_posts_sees_numbers_without_links(busy: Town) -> None:
    page = busy.ask("GET", PAGE, busy.session("lezer")).text
    assert LINK.findall(page) == []
    assert "num--link" not in page


def test_a_number_keeps_its_posts_when_labels_change_and_says_what_is_gone(
    busy: Town, world: World
) -> None:
    way = busy.token("adviseur")
    path = f"{PLACE}/posts?edition={DAY}.1&behind=code:B3"
    before = [one["postKey"] for one in busy.ask("GET", path, way).json()["posts"]]
    person_labels(busy.house, "n0-0", "B5")
    world.shows(FEED, deleted=["n1-0"])
    fetch(busy.house)
    answer = busy.ask("GET", path, way).json()
    after = [one["postKey"] for one in answer["posts"]]
    assert (len(before), answer["total"]) == (6, 6)
    assert after == [key for key in before if key in after]
    assert len(after) == 5


def test_the_list_behind_a_number_is_read_in_pages(busy: Town) -> None:
    way = busy.token("adviseur")
    path = f"{PLACE}/posts?edition={DAY}.1&behind=posts"
    whole = [one["postKey"] for one in busy.ask("GET", f"{path}&limit=200", way).json()["posts"]]
    seen, cursor = [], ""
    while True:
        part = busy.ask("GET", f"{path}&limit=4&cursor={cursor}", way).json()
        seen += [one["postKey"] for one in part["posts"]]
        cursor = part["next"]
        if not cursor:
            break
    assert seen == whole
    assert len(seen) == 27


@pytest.mark.parametrize(
    "query",
    [
        f"edition={DAY}.1", "behind=posts", f"edition={DAY}.9&behind=posts", "edition=morgen&behind=posts",
        f"edition={DAY}.1&behind=niets", f"edition={DAY}.1&behind=landing:x:before:n",
        f"edition={DAY}.1&behind=posts&label=informatiebehoefte", f"edition={DAY}.{'9' * 19}&behind=posts",
    ],
)  # fmt: skip
def test_what_is_no_number_of_a_report_is_refused(busy: Town, query: str) -> None:
    answer = busy.ask("GET", f"{PLACE}/posts?{query}", busy.token("adviseur"))
    assert answer.status_code == 400, answer.text
    page = busy.ask("GET", f"/dossiers/{DOSSIER}/posts?{query}", busy.session("adviseur"))
    assert page.status_code == 400
