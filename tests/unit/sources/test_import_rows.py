"""Rows become posts or problems: Dutch dates, profiles, identities, authors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.errors import InvalidInput
from app.services.import_profiles import mapping_of, profile_named
from app.services.import_rows import Reading, read_rows, read_when
from app.services.import_tables import read_table

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def read(file: str, profile: str | None = None, **given: str) -> Reading:
    table = read_table(file.encode())
    chosen = profile_named(profile, table.columns)
    return read_rows(table, chosen, mapping_of(chosen, table.columns, given), NOW)


@pytest.mark.parametrize(
    ("words", "hour", "instant"),
    [
        ("20-11-2026 09:05", "", "2026-11-20T08:05"),
        ("20-7-2026 09:05:30", "", "2026-07-20T07:05:30"),
        ("20/11/26", "9:05", "2026-11-20T08:05"),
        ("20.11.2026", "", "2026-11-19T23:00"),
        ("20 november 2026 om 09.05 uur", "", "2026-11-20T08:05"),
        ("2026-11-20T09:05:00Z", "", "2026-11-20T09:05"),
        ("2026-11-20 09:05:00", "", "2026-11-20T08:05"),
        ("2026-11-20 00:00:00", "09:05:00", "2026-11-20T08:05"),
        ("1795165500", "", "2026-11-20T09:05"),
        ("1795165500000", "", "2026-11-20T09:05"),
    ],
)
def test_dutch_dates_are_read_as_they_were_meant(words: str, hour: str, instant: str) -> None:
    found, _ = read_when(words, hour, "Europe/Amsterdam")
    assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)


def test_a_tool_that_writes_utc_is_read_as_utc() -> None:
    for words in ("2026-11-20 09:05:00", "20-11-2026 09:05"):
        found, _ = read_when(words, "", "UTC")
        assert found == datetime(2026, 11, 20, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize("words", ["31-02-2026", "gisteren", "20-13-2026", "99-99-99"])
def test_a_date_that_does_not_exist_is_no_date(words: str) -> None:
    assert read_when(words, "", "Europe/Amsterdam") == (None, "first-seen")


def test_a_column_that_can_only_be_month_first_is_read_so() -> None:
    found = read("datum;tekst\n11/05/2026;een\n11/20/2026;twee\n")
    days = [post.published_at for _, post in found.posts]
    assert [day.astimezone(UTC).date().isoformat() for day in days if day] == [
        "2026-11-04", "2026-11-19",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "profile"),
    [
        ("id,thread_id,timestamp,body,author", "4cat"),
        ("datum;url;discussielengte;auteur;bericht tekst", "coosto"),
        ("Publicatiedatum;Brontype;Bericht;Auteur", "spotler-engage"),
        ("wanneer;tekst", "algemeen"),
    ],
)
def test_a_tool_is_known_by_its_columns(head: str, profile: str) -> None:
    table = read_table(
        f"{head}\n{'x' + head.count(';') * ';x' + head.count(',') * ',x'}\n".encode()
    )
    assert profile_named(None, table.columns).name == profile


def test_a_coosto_row_becomes_a_post() -> None:
    ((number, post),) = read(
        "datum;url;discussielengte;auteur;bericht tekst;type\n"
        "20-11-2026 09:05;https://www.bode.example/a?utm_source=x;2;@Jan;RT @bode: opvang;twitter\n"
    ).posts
    assert number == 2
    assert (post.text, post.url) == ("RT @bode: opvang", "https://www.bode.example/a")
    assert post.canonical_id == "https://www.bode.example/a"
    assert post.author is not None
    assert post.author.account == ("x.com", "jan")
    assert post.is_repost


def test_rows_of_4cat_become_posts_of_their_own_platform_at_the_exact_time() -> None:
    """Columns as its sources write them: for X (`source` is a program) and for TikTok comments."""
    ((_, tweet),) = read(
        "collected_from_url,id,thread_id,timestamp,unix_timestamp,link,body,author,author_fullname,"
        "source,language_guess,reply_count\n"
        "https://x.com/home,12,11,2026-11-20 10:05:00,1795161900,https://x.com/jan/status/12,"
        "Komt er opvang?,jan,Jan J.,Een app,nl,3\n"
    ).posts
    assert tweet.author is not None
    assert tweet.author.account == ("x.com", "jan")
    assert (tweet.canonical_id, tweet.url, tweet.lang) == (
        "12",
        "https://x.com/jan/status/12",
        "nl",
    )
    assert tweet.published_at == datetime.fromtimestamp(1795161900, UTC)
    found = read(
        "id,thread_id,author,body,timestamp,unix_timestamp,post_id,post_url,comment_url\n"
        "1,9,jan,Eerste,2026-11-20 10:05:00,1795161900,9,https://www.tiktok.com/@x/video/9,"
        "https://www.tiktok.com/@x/video/9?c=1\n"
        "2,9,piet,Tweede,2026-11-20 10:06:00,1795161960,9,https://www.tiktok.com/@x/video/9,"
        "https://www.tiktok.com/@x/video/9?c=2\n"
    )
    assert len({post.url for _, post in found.posts}) == 2, "each comment has its own address"


def test_every_row_that_cannot_be_a_post_is_named_with_its_reason() -> None:
    found = read(
        "datum;tekst;url\n;zonder datum;\n20-11-2026;;\n31-02-2026;kapotte datum;\n"
        "20-11-2030;toekomst;\n20-11-2026;goed;javascript:1\n20-11-2026;ook goed;\n20-11-2026;te;veel;x\n"
    )
    assert [post.text for _, post in found.posts] == [
        "zonder datum",
        "toekomst",
        "goed",
        "ook goed",
    ]
    assert [(p.row, p.stops) for p in found.problems] == [
        (2, False), (3, True), (4, True), (5, False), (6, False), (8, True),
    ]  # fmt: skip


def test_ids_that_name_several_rows_name_none() -> None:
    found = read("id;datum;tekst\n1;20-11-2026;een\n1;20-11-2026;twee\n2;20-11-2026;drie\n")
    names = [post.canonical_id for _, post in found.posts]
    assert len(set(names)) == 3
    assert names[2] == "2"
    assert all(name.startswith("sha256:") for name in names[:2])


def test_a_row_that_stands_there_twice_counts_once() -> None:
    found = read("id;datum;tekst\n1;20-11-2026;een\n1;20-11-2026;een\n")
    assert len(found.posts) == 1
    assert "rij 2" in found.problems[0].message


def test_a_column_may_be_pointed_at() -> None:
    found = read("wat;wanneer\nopvang;20-11-2026\n", text="wat", date="wanneer")
    assert found.posts[0][1].text == "opvang"
    for wrong in ({"text": "weg"}, {"kleur": "wat"}):
        with pytest.raises(InvalidInput):
            read("wat;wanneer\nopvang;20-11-2026\n", **wrong)
    with pytest.raises(InvalidInput, match="--map text"):
        read("a;b\n1;2\n")
