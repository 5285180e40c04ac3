"""The same input gives the same editions on SQLite and on PostgreSQL, down to the hash."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.services.export import export_posts
from app.services.house import House
from app.services.verify import verify
from tests import databases
from tests import factories as the
from tests.factories import FEED, FORUM, NOW, OTHER_WORDS, WORDS, fetch, post
from tests.fakes import World, of_codes

DAY = date(2026, 11, 20)
#: Words and letters on which databases differ when they are asked to compare, sort or cut.
AWKWARD = [
    f"{WORDS} ÉÉN keer, 't Riet 👩‍👩‍👧",
    f"{WORDS} één keer",
    f"{WORDS} EEN KEER  ",
    f"{WORDS} ﬁjn ĳsje — “aanhaling”",
    f"{WORDS} % _ \\ ' \"",
]


@pytest.fixture
def both(
    sqlite_template: Path, postgres_url: str, tmp_path: Path, world: World
) -> Iterator[tuple[House, House]]:
    """Two houses with the same keys: one on each database."""
    urls = (databases.copied(sqlite_template, tmp_path / "data"), databases.emptied(postgres_url))
    with (
        closing(the.house_at(urls[0], tmp_path / "data")) as lite,
        closing(the.house_at(urls[1], tmp_path / "data")) as postgres,
    ):
        yield lite, postgres


def live_through(house: House, world: World) -> list[dict[str, Any]]:
    """Two days with copies, an edit, a deletion, a failure, labels by people and a late post."""
    the.at(house, NOW - timedelta(days=1))
    the.settle(house, FEED, FORUM)
    the.told(house).say |= {
        WORDS: of_codes("I1", "B1", question=True),
        AWKWARD[0]: of_codes("S2", threat=True),
        AWKWARD[1]: of_codes("S1"),
    }
    first = [
        post("https://bode.example/1", author="@jan", published=NOW - timedelta(hours=20)),
        *(
            post(f"a{n}", text, NOW - timedelta(minutes=n, microseconds=n), author=f"@{n % 2}")
            for n, text in enumerate(AWKWARD)
        ),
        post("weg", f"{WORDS} Weg.", NOW - timedelta(hours=2)),
        post("anders", OTHER_WORDS, NOW - timedelta(hours=3)),
    ]
    world.shows(FEED, *first[:1])
    world.shows(FORUM, *first[:1])
    fetch(
        house, FEED
    )  # the order of arrival is part of the input: the first to bring a post has it
    fetch(house, FORUM)
    the.at(house, NOW)
    world.shows(FEED, *first)
    world.answers(FORUM, RuntimeError("stuk"))
    fetch(house)
    the.person_labels(house, "a1", "S3", confirmed=True)
    world.shows(FEED, post("a2", f"{WORDS} Bewerkt.", NOW), deleted=["weg"])
    fetch(house, FEED)
    the.at(house, NOW + timedelta(days=2))
    the.drafted(house)
    world.shows(FEED, post("laat", f"{WORDS} Laat.", NOW))
    fetch(house, FEED)
    the.at(house, NOW + timedelta(days=3))
    the.drafted(house)
    return [the.edition(house, DAY + timedelta(days=n)).document for n in range(-1, 3)]


@pytest.mark.postgres
def test_the_same_input_gives_the_same_editions(both: tuple[House, House], world: World) -> None:
    lite, postgres = (live_through(house, world) for house in both)
    assert [one["hash"] for one in lite] == [one["hash"] for one in postgres]
    assert lite == postgres
    assert sum(one["counts"]["posts"] for one in lite) == 6
    assert sum(one["counts"]["late"] for one in lite) == 1


@pytest.mark.postgres
def test_the_same_input_gives_the_same_export(both: tuple[House, House], world: World) -> None:
    def lines(house: House) -> list[dict[str, Any]]:
        live_through(house, world)
        return list(
            export_posts(
                house, the.DOSSIER, first=None, last=None, buffer=True, raw_ids=False, reason=""
            )
        )

    lite, postgres = (lines(house) for house in both)
    assert lite == postgres
    assert len(lite) == 8
    assert all(verify(house)["different"] == [] for house in both)
