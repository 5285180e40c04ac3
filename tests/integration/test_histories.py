"""Many made-up histories: verify holds, and the numbers are those of an independent recount.

    KLANKBORD_TEST_HISTORIES=1000 pytest tests/integration/test_histories.py

A history is three days of posts, edits, deletions, corrections of labels and of reports, and new label
runs, in an order that chance decides from its number: history 412 is the same everywhere.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from analysis.report_text import render
from app.services import correcting_reports, reports
from app.services.export import export_posts
from app.services.house import House
from app.services.labels import relabel
from app.services.report_pages import standalone_page
from app.services.verify import verify
from app.storage import Database
from app.storage import reports as report_rows
from tests import databases
from tests import factories as the
from tests.factories import FEED, WORDS, fetch, house_at, post, told
from tests.fakes import World, of_codes

SHARE = re.compile(
    r"(?:%|procent)\s*van\s*(?:de |alle )?(?:inwoners|bewoners|mensen)", re.IGNORECASE
)
#: How many histories are lived through, in how many blocks of one process each.
HISTORIES, BLOCKS = int(os.environ.get("KLANKBORD_TEST_HISTORIES", "32")), 4

JUDGED: list[tuple[tuple[str, ...], bool]] = [
    (("I1",), True), (("I3", "B3"), True), (("B1",), False), (("B3", "I5"), False), (("S1",), False),
    (("S4", "I6"), True), (("S3",), False), (("I4", "S1"), False), (("B5",), False),
]  # fmt: skip


def recounted(house: House, day: date) -> dict[str, int]:
    """The counts of a day from `posts export` alone, written down again from contracts.md."""
    lines = [
        line
        for line in export_posts(
            house, the.DOSSIER, first=day, last=day, buffer=False, raw_ids=False, reason=""
        )
        if line["status"] != "ruis" and line["group"] != "own"
    ]
    counts: Counter[str] = Counter()
    for line in lines:
        person = line["labeller"] == "person"
        counts["posts"] += 1
        counts["none"] += line["status"] == "geen"
        if line["status"] != "gelabeld":
            continue
        for name in ("informatiebehoefte", "betekenisgeving"):
            counts[name] += name in line["labels"]
        grave = {"S2", "S3", "S6"} & set(line["sub_labels"])
        sure = [c for c in line["sub_labels"] if c[0] == "S" and (c not in grave or person)]
        counts["schadebeperking"] += bool(sure)
    return {name: counts[name] for name in NAMES}


NAMES = ("posts", "none", "informatiebehoefte", "betekenisgeving", "schadebeperking")


class Lives:
    """Houses for one life each, on one file that is laid back between them: one engine for all."""

    def __init__(self, template: Path, folder: Path) -> None:
        self._template, self._folder = template, folder
        self._database = Database(databases.copied(template, folder))

        @event.listens_for(self._database.engine, "connect")
        def hurry(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")  # no power is cut here

    def begin(self) -> House:
        self._database.dispose()
        for ending in ("-wal", "-shm"):
            (self._folder / f"klankbord.db{ending}").unlink(missing_ok=True)
        url = databases.copied(self._template, self._folder)
        assert url == self._database.url
        house = house_at(url, self._folder, _noon(0))
        house.database.dispose()
        house.database = self._database
        return house


@pytest.fixture(scope="module")
def lives(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    made = Lives(sqlite_template, tmp_path_factory.mktemp("levens"))
    yield made
    made._database.dispose()


@pytest.mark.timeout(60 + 5 * HISTORIES)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_whatever_happens_every_edition_verifies_and_equals_a_recount(
    lives: Lives, world: World, block: int
) -> None:
    drafted = 0
    for number in range(block, HISTORIES, BLOCKS):
        house = lives.begin()
        try:
            drafted += _live(house, world, random.Random(number))
        except AssertionError as error:
            raise AssertionError(f"history {number}: {error}") from error
        finally:
            house.close()
        world._answers.clear()
    assert drafted == 3 * len(range(block, HISTORIES, BLOCKS)), "every day had its edition"


def _noon(day: int) -> datetime:
    return datetime(2026, 11, 10, 11, 0, tzinfo=UTC) + timedelta(days=day)


def _live(house: House, world: World, chance: random.Random) -> int:
    """Three days; returns how many daily editions were drafted and equal their recount."""
    the.settle(house)
    who = the.person(house)
    alive: list[str] = []
    when: dict[str, datetime] = {}
    drafted = 0
    for day in range(3):
        the.at(house, _noon(day))
        for _ in range(chance.randrange(1, 5)):
            name = f"{day}-{len(alive)}-{chance.randrange(10**6)}"
            when[name] = _noon(day) - timedelta(hours=chance.randrange(6))
            _say(house, name, 0, chance)
            world.shows(FEED, _made(name, 0, when[name]))
            fetch(house)
            alive.append(name)
        if chance.random() < 0.4:
            edited = chance.choice(alive)
            _say(house, edited, day + 1, chance)
            world.shows(FEED, _made(edited, day + 1, when[edited]))
            fetch(house)
        if chance.random() < 0.5:
            person = chance.choice(alive)
            codes, _ = chance.choice(JUDGED)
            the.person_labels(house, person, *codes, confirmed=bool({"S3"} & set(codes)))
        if chance.random() < 0.3:
            gone = alive.pop(chance.randrange(len(alive)))
            world.shows(FEED, deleted=[gone])
            fetch(house)
        the.at(house, _noon(day) + timedelta(hours=21))
        the.drafted(house)
        local = date(2026, 11, 10) + timedelta(days=day)
        document = the.edition(house, local).document
        wanted = recounted(house, local)
        assert {name: document["counts"][name] for name in NAMES} == wanted
        drafted += 1
        if not alive:
            continue
        if chance.random() < 0.3:
            told(house).version = str(chance.randrange(2, 9))
            relabel(house, the.DOSSIER)
        if chance.random() < 0.4:
            the.approve(house, local, who.user_id)
            the.person_labels(house, chance.choice(alive), "B1")
            with house.database.write() as session:
                row = correcting_reports.correct(
                    house, session, the.dossier_of(session), local, "Nagekeken"
                )
                corrected = dict(row.document)
            now = recounted(house, local)
            assert {name: corrected["counts"][name] for name in NAMES} == now
    assert verify(house)["different"] == []
    _nobody_is_a_share(house, chance)
    return drafted


def _say(house: House, name: str, edit: int, chance: random.Random) -> None:
    codes, asks = chance.choice(JUDGED)
    told(house).say[_made(name, edit, None).text] = of_codes(
        *codes, question=asks, threat="S3" in codes
    )


def _made(name: str, edit: int, at: datetime | None) -> Any:
    return post(name, f"{WORDS} {name} {edit}", at)


def _nobody_is_a_share(house: House, chance: random.Random) -> None:
    """One edition of each life, in every form in which it leaves the house."""
    with house.database.read() as session:
        row = chance.choice(report_rows.editions(session, the.dossier_of(session).id))
        edition = reports.shown(session, the.DOSSIER, row)
    for output in (
        render(edition.document, edition.interpretation, edition.approved_by),
        standalone_page(edition),
        str(edition.document),
    ):
        assert not SHARE.search(output)
