"""Daily editions: which are due and missing, what they count, and that each is drafted once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from app.clock import AMSTERDAM
from app.errors import InvalidInput, NotFound
from app.services import reports
from app.services.house import House
from app.storage.models import Report
from tests import factories as the
from tests.factories import FEED, FORUM, NOW, OTHER_WORDS, WORDS, drafted, edition, fetch, post
from tests.fakes import World, of_codes

HOUR = timedelta(hours=1)


def amsterdam(
    year: int, month: int, day: int, hour: int, minute: int = 0, fold: int = 0
) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=AMSTERDAM, fold=fold).astimezone(UTC)


def settled(house: House, since: datetime, *addresses: str, **changes: object) -> None:
    """A dossier made at that instant; its first edition is that of the same day."""
    the.at(house, since)
    the.settle(house, *addresses, **{"starts": date(2026, 1, 1), **changes})


def days_of(house: House) -> list[str]:
    with house.database.read() as session:
        dossier = the.dossier_of(session)
        return [
            day.isoformat() for day in reports.missing_days(session, dossier, house.clock.now())
        ]


@pytest.mark.parametrize(
    ("report_at", "day", "before", "at"),
    [
        # an ordinary morning
        ("08:00", date(2026, 11, 19), amsterdam(2026, 11, 20, 7, 59), amsterdam(2026, 11, 20, 8)),
        # the night of 29 March: 02:30 does not exist, so the first instant after it
        ("02:30", date(2026, 3, 28), amsterdam(2026, 3, 29, 1, 59), amsterdam(2026, 3, 29, 3)),
        ("00:30", date(2026, 3, 28), amsterdam(2026, 3, 29, 0, 29), amsterdam(2026, 3, 29, 0, 30)),
        ("08:00", date(2026, 3, 28), amsterdam(2026, 3, 29, 7, 59), amsterdam(2026, 3, 29, 8)),
        # the Monday after it, which timers of old skipped
        ("00:30", date(2026, 3, 29), amsterdam(2026, 3, 30, 0, 29), amsterdam(2026, 3, 30, 0, 30)),
        # the night of 25 October: 02:30 happens twice, the first time counts
        ("02:30", date(2026, 10, 24), amsterdam(2026, 10, 25, 2, 29), amsterdam(2026, 10, 25, 2, 30)),
        ("00:30", date(2026, 10, 24), amsterdam(2026, 10, 25, 0, 29), amsterdam(2026, 10, 25, 0, 30)),
        ("08:00", date(2026, 10, 24), amsterdam(2026, 10, 25, 7, 59), amsterdam(2026, 10, 25, 8)),
    ],
)  # fmt: skip
def test_an_edition_is_due_at_the_first_instant_of_the_report_hour(
    lite_house: House, report_at: str, day: date, before: datetime, at: datetime
) -> None:
    settled(lite_house, amsterdam(day.year, day.month, day.day, 0, 1), report_at=report_at)
    the.at(lite_house, before)
    assert days_of(lite_house) == []
    the.at(lite_house, at)
    assert days_of(lite_house) == [day.isoformat()]


def test_the_second_two_thirty_of_an_autumn_night_drafts_nothing_again(lite_house: House) -> None:
    settled(lite_house, amsterdam(2026, 10, 24, 9), report_at="02:30")
    the.at(lite_house, amsterdam(2026, 10, 25, 2, 31))
    assert drafted(lite_house) == ["2026-10-24"]
    the.at(lite_house, amsterdam(2026, 10, 25, 2, 31, fold=1))
    assert drafted(lite_house) == []


@pytest.mark.parametrize("report_at", ["00:30", "02:30", "08:00"])
@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)])
def test_an_hourly_tick_through_a_clock_change_drafts_each_day_once(
    lite_house: House, report_at: str, night: date
) -> None:
    first = night - timedelta(days=2)
    begin = amsterdam(first.year, first.month, first.day, 0, 5)
    settled(lite_house, begin, report_at=report_at)
    found = []
    for tick in range(24 * 5):
        the.at(lite_house, begin + tick * HOUR)
        found += drafted(lite_house)
    assert found == [(first + timedelta(days=n)).isoformat() for n in range(4)]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_the_window_of_an_edition_is_the_whole_local_day(
    house: House, world: World, day: date, hours: int
) -> None:
    settled(house, amsterdam(day.year, day.month, day.day, 0, 1))
    start = amsterdam(day.year, day.month, day.day, 0)
    last = start + hours * HOUR
    world.shows(
        FEED,
        post("voor", published=start - timedelta(seconds=1)),
        post("eerste", published=start),
        post("laatste", published=last - timedelta(seconds=1)),
        post("na", published=last),
    )
    the.at(house, last + 12 * HOUR)
    fetch(house)
    document = edition(house, day).document
    window = [datetime.fromisoformat(document["window"][name]) for name in ("from", "to")]
    assert window == [start, last]
    keys = [the.key_of(house, name) for name in ("eerste", "laatste")]
    assert document["posts"] == sorted(keys)


def test_the_day_of_a_post_is_its_local_day_not_its_utc_day(house: House, world: World) -> None:
    settled(house, amsterdam(2026, 11, 20, 9))
    world.shows(FEED, post("1", published=datetime(2026, 11, 20, 23, 30, tzinfo=UTC)))
    the.at(house, amsterdam(2026, 11, 22, 9))
    fetch(house)
    assert edition(house, date(2026, 11, 20)).document["counts"]["posts"] == 0
    assert edition(house, date(2026, 11, 21)).document["counts"]["posts"] == 1


def test_a_post_seen_after_its_edition_stands_late_in_the_next(house: House, world: World) -> None:
    settled(house, amsterdam(2026, 11, 18, 9))
    noon = amsterdam(2026, 11, 18, 12)
    world.shows(FEED, post("1", published=noon))
    the.at(house, amsterdam(2026, 11, 18, 20))
    fetch(house)
    the.at(house, amsterdam(2026, 11, 19, 8))
    assert drafted(house) == ["2026-11-18"]
    world.shows(FEED, post("1", published=noon), post("2", f"{WORDS} Laat.", noon))
    fetch(house)
    for day in (20, 21):
        the.at(house, amsterdam(2026, 11, day, 8))
        drafted(house)
    counts = [edition(house, date(2026, 11, day)).document["counts"] for day in (18, 19, 20)]
    assert [(one["posts"], one["late"]) for one in counts] == [(1, 0), (0, 1), (0, 0)]


def test_a_late_post_stands_once_whatever_the_order_of_drafting(house: House, world: World) -> None:
    settled(house, amsterdam(2026, 11, 16, 9))
    the.at(house, amsterdam(2026, 11, 17, 8))
    assert drafted(house) == ["2026-11-16"]
    world.shows(FEED, post("1", published=amsterdam(2026, 11, 16, 12)))
    fetch(house)
    the.at(house, amsterdam(2026, 11, 19, 9))
    late = [edition(house, date(2026, 11, day)).document["counts"]["late"] for day in (18, 17)]
    assert late == [1, 0]


def test_after_downtime_every_missed_day_is_drafted_oldest_first(
    house: House, world: World
) -> None:
    settled(house, amsterdam(2026, 11, 16, 9))
    world.shows(
        FEED, *(post(str(day), published=amsterdam(2026, 11, day, 12)) for day in (16, 17, 19))
    )
    the.at(house, amsterdam(2026, 11, 20, 9))
    fetch(house)
    assert drafted(house) == ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"]
    counts = [edition(house, date(2026, 11, day)).document["counts"] for day in (16, 17, 18, 19)]
    assert [one["posts"] for one in counts] == [1, 1, 0, 1]
    assert [one["late"] for one in counts] == [0, 0, 0, 0]


def test_a_dossier_has_editions_from_its_first_to_its_last_day(lite_house: House) -> None:
    settled(lite_house, amsterdam(2026, 11, 1, 9), starts=date(2026, 11, 3), ends=date(2026, 11, 5))
    the.at(lite_house, amsterdam(2026, 11, 20, 9))
    assert drafted(lite_house) == ["2026-11-03", "2026-11-04", "2026-11-05"]


def test_two_dossiers_each_have_their_own_edition(house: House, world: World) -> None:
    settled(house, amsterdam(2026, 11, 19, 9), FEED)
    the.settle(house, FORUM, dossier="de-waterkant", report_at="10:00")
    world.shows(FEED, post("1", published=amsterdam(2026, 11, 19, 12)))
    the.at(house, amsterdam(2026, 11, 20, 9))
    fetch(house)
    assert drafted(house) == ["2026-11-19"]
    the.at(house, amsterdam(2026, 11, 20, 10))
    (other,) = the.draft_due(house)
    assert (other.dossier, other.document["counts"]["posts"]) == ("de-waterkant", 0)


def test_a_dossier_that_cannot_be_drafted_holds_no_other_up(
    lite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(lite_house, amsterdam(2026, 11, 19, 9))
    the.settle(lite_house, FORUM, dossier="a-kapot")
    the.at(lite_house, amsterdam(2026, 11, 20, 9))
    build = reports._build

    def stumbles(house, session, dossier, *more):  # type: ignore[no-untyped-def]
        if dossier.slug == "a-kapot":
            raise InvalidInput("stuk")
        return build(house, session, dossier, *more)

    monkeypatch.setattr(reports, "_build", stumbles)
    assert [one.dossier for one in the.draft_due(lite_house)] == [the.DOSSIER]


@pytest.mark.parametrize(
    ("day", "error"),
    [
        (date(2026, 11, 20), InvalidInput),  # today: not due yet
        (date(2030, 1, 1), InvalidInput),
        (date(2020, 1, 1), InvalidInput),
        (date.max, InvalidInput),
        (date.min, InvalidInput),
    ],
)
def test_a_day_that_is_not_due_or_outside_is_refused(
    lite_house: House, day: date, error: type[Exception]
) -> None:
    settled(lite_house, amsterdam(2026, 11, 19, 9))
    the.at(lite_house, NOW)
    with pytest.raises(error):
        edition(lite_house, day)


def test_an_edition_that_is_not_there_is_not_made_by_number(lite_house: House) -> None:
    settled(lite_house, amsterdam(2026, 11, 19, 9))
    the.at(lite_house, NOW)
    with pytest.raises(NotFound):
        reports.newest_edition(lite_house, the.DOSSIER, date(2026, 11, 19), edition=2)
    assert days_of(lite_house) == ["2026-11-19"]


def test_two_workers_at_once_draft_one_edition(house: House, world: World) -> None:
    settled(house, amsterdam(2026, 11, 19, 9))
    world.shows(FEED, post("1", published=amsterdam(2026, 11, 19, 12)))
    the.at(house, amsterdam(2026, 11, 20, 9))
    fetch(house)
    start, seen, trouble = threading.Barrier(4), [], []

    def work() -> None:
        start.wait()
        try:
            seen.extend(edition(house, date(2026, 11, 19)).document["hash"] for _ in range(2))
        except Exception as error:
            trouble.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert len(set(seen)) == 1
    with house.database.read() as session:
        assert session.query(Report).count() == 1


def test_the_change_against_yesterday_is_counted_from_the_editions(
    house: House, world: World
) -> None:
    settled(house, amsterdam(2026, 11, 18, 9))
    the.told(house).say[WORDS] = of_codes("I1", question=True)
    world.shows(
        FEED,
        post("1", published=amsterdam(2026, 11, 18, 12)),
        post("2", published=amsterdam(2026, 11, 19, 12)),
        post("3", published=amsterdam(2026, 11, 19, 13)),
        post("4", OTHER_WORDS, amsterdam(2026, 11, 19, 14)),
    )
    the.at(house, amsterdam(2026, 11, 20, 9))
    fetch(house)
    assert drafted(house) == ["2026-11-18", "2026-11-19"]
    counts = edition(house, date(2026, 11, 19)).document["counts"]
    assert (counts["posts"], counts["informatiebehoefte"], counts["questions"]) == (2, 2, 2)


def test_a_gap_that_touches_the_day_stands_in_its_edition(house: House, world: World) -> None:
    from app.records import FetchResult

    settled(house, amsterdam(2026, 11, 18, 9))
    world.shows(FEED, post("1", published=amsterdam(2026, 11, 18, 9)))
    fetch(house)
    world.answers(FEED, FetchResult("timeout"))
    the.at(house, amsterdam(2026, 11, 18, 15))
    fetch(house)
    the.at(house, amsterdam(2026, 11, 19, 8))
    document = edition(house, date(2026, 11, 18)).document
    assert [gap["source"] for gap in document["gaps"]] == [the.source(house)["id"]]


def test_a_municipalitys_own_posts_are_outside_the_counts(house: House, world: World) -> None:
    settled(
        house, amsterdam(2026, 11, 19, 9),
        lists=[{"kind": "own", "name": "Eigen", "reason": "eigen kanaal", "expires": the.ENDS,
                "accounts": ["@gemrietmeer"]}],
    )  # fmt: skip
    noon = amsterdam(2026, 11, 19, 12)
    world.shows(
        FEED, post("1", published=noon, author="@GemRietmeer"), post("2", f"{WORDS} Nu.", noon)
    )
    the.at(house, amsterdam(2026, 11, 20, 9))
    fetch(house)
    document = edition(house, date(2026, 11, 19)).document
    assert document["posts"] == [the.key_of(house, "2")]
