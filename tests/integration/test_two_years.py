"""Two years of days with every clock change, two workers and restarts; many made-up histories."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analysis.report_text import render
from app.clock import AMSTERDAM
from app.services import correcting_reports, reports
from app.services.export import export_posts
from app.services.house import House
from app.services.labels import relabel
from app.services.report_pages import standalone_page
from app.services.verify import verify
from app.storage import Database, Vault
from app.storage import reports as report_rows
from app.storage.models import Report, ReportInput
from tests import databases
from tests import factories as the
from tests.factories import FEED, WORDS, fetch, house_at, post, told
from tests.fakes import World, of_codes

SHARE = re.compile(
    r"(?:%|procent)\s*van\s*(?:de |alle )?(?:inwoners|bewoners|mensen)", re.IGNORECASE
)
START, DAYS = date(2026, 1, 10), 730
#: How many histories each block lives through; a thousand take a quarter of an hour.
HISTORIES = int(os.environ.get("KLANKBORD_TEST_HISTORIES", "8"))


def restarted(house: House, folder: Path) -> House:
    """The same database in a fresh process, as far as a test can tell."""
    now = house.clock.now()
    house.close()
    made = House(
        settings=house.settings,
        clock=type(house.clock)(now),  # type: ignore[call-arg]
        database=Database(house.settings.database),
        vault=Vault(house.settings.secret_path, house.settings.pseudonym_path),
    )
    made.__dict__["labeller"] = the.told(house)
    return made


@pytest.mark.timeout(240)
@pytest.mark.parametrize("report_at", ["00:30", "02:30", "08:00"])
def test_two_years_have_one_edition_per_local_day_and_each_post_is_in_one(
    sqlite_template: Path, tmp_path: Path, world: World, report_at: str
) -> None:
    chance = random.Random(report_at)
    url = databases.copied(sqlite_template, tmp_path)
    begin = datetime(START.year, START.month, START.day, 0, 1, tzinfo=AMSTERDAM).astimezone(UTC)
    workers = [house_at(url, tmp_path, begin) for _ in range(2)]
    the.settle(
        workers[0], starts=START, ends=START + timedelta(days=DAYS + 40), report_at=report_at
    )
    made: dict[str, date] = {}
    now, number, end = begin, 0, begin + timedelta(days=DAYS)
    while now < end:
        now += timedelta(minutes=chance.choice((61, 359, 1439, 2900)))
        worker = chance.randrange(2)
        if chance.random() < 0.01:
            workers[worker] = restarted(workers[worker], tmp_path)
        for house in workers:
            the.at(house, now)
        if chance.random() < 0.4:
            age = timedelta(minutes=chance.choice((0, 30, 90, 1600, 3000)))
            at = max(begin, now - age)
            world.shows(FEED, post(str(number), f"{WORDS} {number}", at))
            made[str(number)] = at.astimezone(AMSTERDAM).date()
            number += 1
            fetch(workers[worker])
        the.drafted(workers[worker])
    for house in workers:
        the.at(house, end + timedelta(days=3))
    the.drafted(workers[0])
    key = {the.key_of(workers[0], name): day for name, day in made.items()}
    with workers[1].database.read() as session:
        editions = session.query(Report).all()
        days = [row.local_date for row in editions]
        some_late = any(row.document.get("late_since") for row in editions)
        counted = Counter(k for row in editions for k in row.document["posts"])
        late = Counter(row.post_key for row in session.query(ReportInput) if row.row["late"])
    assert len(days) == len(set(days))
    assert days
    assert sorted(days) == [START + timedelta(days=n) for n in range(len(days))]
    assert len(days) >= DAYS
    assert set(counted.values()) <= {1}
    assert set(late.values()) <= {1}
    assert set(counted) | set(late) == set(key)
    assert not set(counted) & set(late)
    assert some_late
    for house in workers:
        house.close()


# Random histories: verify holds, and the numbers are those of an independent recount

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


@pytest.mark.timeout(240)
@pytest.mark.parametrize("block", range(2))
def test_whatever_happens_every_edition_verifies_and_equals_a_recount(
    sqlite_template: Path, tmp_path: Path, world: World, block: int
) -> None:
    for seed in range(block * HISTORIES, (block + 1) * HISTORIES):
        folder = tmp_path / str(seed)
        house = house_at(databases.copied(sqlite_template, folder), folder, _noon(0))
        try:
            _live(house, world, random.Random(seed))
        finally:
            house.close()
        world._answers.clear()


def _noon(day: int) -> datetime:
    return datetime(2026, 11, 10, 11, 0, tzinfo=UTC) + timedelta(days=day)


def _live(house: House, world: World, chance: random.Random) -> None:
    the.settle(house)
    who = the.person(house)
    alive: list[str] = []
    for day in range(3):
        the.at(house, _noon(day))
        for _ in range(chance.randrange(1, 5)):
            name = f"{day}-{len(alive)}-{chance.randrange(10**6)}"
            _say(house, name, chance)
            world.shows(FEED, _made(name, 0, _noon(day) - timedelta(hours=chance.randrange(6))))
            fetch(house)
            alive.append(name)
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
    _nobody_is_a_share(house)


def _say(house: House, name: str, chance: random.Random) -> None:
    codes, asks = chance.choice(JUDGED)
    told(house).say[_made(name, 0, None).text] = of_codes(
        *codes, question=asks, threat="S3" in codes
    )


def _made(name: str, edit: int, at: datetime | None) -> Any:
    return post(name, f"{WORDS} {name} {edit}", at)


def _nobody_is_a_share(house: House) -> None:
    with house.database.read() as session:
        rows = report_rows.editions(session, the.dossier_of(session).id)
        editions = [reports.shown(session, the.DOSSIER, row) for row in rows]
    for edition in editions:
        for output in (
            render(edition.document, edition.interpretation, edition.approved_by),
            standalone_page(edition),
            str(edition.document),
        ):
            assert not SHARE.search(output)
