"""Two years of days with every clock change, two workers and restarts."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.clock import AMSTERDAM
from app.services.house import House
from app.storage import Database, Vault
from app.storage.models import Report, ReportInput
from tests import databases
from tests import factories as the
from tests.factories import FEED, WORDS, fetch, house_at, post
from tests.fakes import World

START, DAYS = date(2026, 1, 10), 730


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
