"""Account lists hold public functions, with a reason and an end; what ended counts no more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.errors import AddressRefused, Conflict, InvalidInput, NotFound
from app.services.account_lists import account_lists, save_list
from app.services.export import export_posts
from app.services.house import House
from app.services.sourcing import add_source_row, check_address
from app.storage.models import AccountListMember, SourceRow
from tests import factories as the
from tests.factories import DOSSIER, FEED, NOW, WORDS, fetch, hits, post
from tests.fakes import World

PRESS = {
    "kind": "journalists",
    "name": "Lokale pers",
    "reason": "Publieke functie",
    "expires": date(2026, 11, 30),
    "accounts": ["@bode@mastodon.example"],
}


@pytest.fixture
def town(lite_house: House) -> House:
    the.settle(lite_house, lists=[PRESS])
    return lite_house


def listed(house: House) -> list[list[str]]:
    return [row["accounts"] for row in account_lists(house, DOSSIER)]


def groups(house: House) -> list[str | None]:
    return [hit.group_kind for hit, _ in hits(house)]


@pytest.mark.parametrize(
    ("member", "author", "group"),
    [
        ("@bode@mastodon.example", "@Bode", "journalists"),
        ("@bode", "bode", "journalists"),
        ("@bode@elders.example", "@bode", None),
        ("@bode", "@bodeachtig", None),
        ("De Bode", "de  bode", "journalists"),
    ],
)
def test_an_author_on_a_list_is_known_by_its_group(
    house: House, world: World, member: str, author: str, group: str | None
) -> None:
    the.settle(house, lists=[PRESS | {"accounts": [member]}])
    world.shows(FEED, post("1", author=author))
    fetch(house)
    assert groups(house) == [group]


def test_a_whole_source_may_be_a_member(house: House, world: World) -> None:
    the.settle(house)
    save_list(house, DOSSIER, PRESS | {"accounts": [f"bron:{the.source(house)['id']}"]})
    world.shows(FEED, post("1"))
    fetch(house)
    assert groups(house) == ["journalists"]


def test_a_list_that_has_ended_names_nobody_any_more(house: House, world: World) -> None:
    the.settle(house, lists=[PRESS])
    for day, group in ((30, "journalists"), (31, None)):
        the.at(house, NOW + timedelta(days=day - 20))
        world.shows(FEED, post(str(day), published=house.clock.now(), author="@bode"))
        fetch(house)
        assert groups(house)[-1] == group


def test_unknown_stays_unknown_never_local(house: House, world: World) -> None:
    the.settle(house, lists=[PRESS])
    world.shows(FEED, post("1", author="@iemand"))
    fetch(house)
    ((hit, _),) = hits(house)
    assert (hit.group_kind, hit.locality) == (None, "unknown")
    assert hit.locality_reason


def test_adding_the_same_account_again_adds_nothing(town: House) -> None:
    spelled = ["@bode@mastodon.example", "@Bode@Mastodon.example", "bode@mastodon.example"]
    for text in spelled:
        assert save_list(town, DOSSIER, PRESS | {"accounts": [text]}) == 0
    assert save_list(town, DOSSIER, PRESS | {"accounts": ["@omroep", "@Omroep", "omroep"]}) == 1
    assert listed(town) == [["@omroep", "@bode@mastodon.example"]]


def test_one_account_spelled_twice_in_a_new_list_counts_once(town: House) -> None:
    other = PRESS | {"name": "Omroep", "accounts": ["@omroep", "@OMROEP"]}
    assert save_list(town, DOSSIER, other) == 1
    with town.database.read() as session:
        assert session.query(AccountListMember).filter_by(handle="omroep").count() == 1


def test_saving_again_moves_reason_and_end(town: House) -> None:
    save_list(town, DOSSIER, PRESS | {"reason": "Verlengd", "expires": date(2027, 1, 1)})
    (row,) = account_lists(town, DOSSIER)
    assert (row["reason"], row["expires"]) == ("Verlengd", "2027-01-01")


def test_a_list_of_another_kind_is_a_conflict(town: House) -> None:
    with pytest.raises(Conflict, match="journalists"):
        save_list(town, DOSSIER, PRESS | {"kind": "politicians"})


@pytest.mark.parametrize(
    "changes",
    [
        {"expires": date(2026, 11, 19)},
        {"expires": None},
        {"kind": "buren"},
        {"reason": "  "},
        {"name": ""},
        {"accounts": []},
        {"accounts": ["@"]},
        {"accounts": ["   "]},
        {"accounts": ["a\x00b"]},
        {"accounts": ["bron:bestaat-niet"]},
        {"name": "a\ud800b"},
        {"name": "a\x00b"},
        {"reason": "a\x00b"},
        {"accounts": ["@" + "a" * 250]},
        {"iets": "anders"},
    ],
)
def test_a_list_that_cannot_be_is_refused_and_not_made(
    town: House, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        save_list(town, DOSSIER, PRESS | {"name": "Nieuw"} | changes)
    assert len(account_lists(town, DOSSIER)) == 1


def test_a_list_of_an_unknown_dossier_is_not_found(town: House) -> None:
    with pytest.raises(NotFound):
        save_list(town, "bestaat-niet", PRESS)


# Mentions in what leaves the house


def exported(house: House, **more: Any) -> list[dict[str, Any]]:
    asked = {"first": None, "last": None, "buffer": False, "raw_ids": False, "reason": ""} | more
    return list(export_posts(house, DOSSIER, **asked))


def test_mentions_of_people_are_masked_and_of_listed_functions_not(
    house: House, world: World
) -> None:
    the.settle(
        house, lists=[PRESS], query_text="opvang AND <twitteraccount gemeente>",
        terms={"twitteraccount gemeente": ["@gemrietmeer"]},
    )  # fmt: skip
    text = "@buurman en @bode en @gemrietmeer: komt er opvang?"
    world.shows(FEED, post("1", text))
    fetch(house)
    (line,) = exported(house)
    assert line["text"] == "@… en @bode en @gemrietmeer: komt er opvang?"
    assert [line["text"][s["start"] : s["end"]] for s in line["spans"]] == [
        "@gemrietmeer", "opvang",
    ]  # fmt: skip


def test_a_mention_of_a_list_that_has_ended_is_masked(house: House, world: World) -> None:
    the.settle(house, lists=[PRESS])
    world.shows(FEED, post("1", "@bode: komt er opvang in Rietmeer?"))
    fetch(house)
    assert exported(house)[0]["text"].startswith("@bode")
    the.at(house, NOW + timedelta(days=20))
    assert exported(house)[0]["text"].startswith("@…")


def test_mentions_in_titles_and_in_the_buffer_are_masked_too(house: House, world: World) -> None:
    the.settle(house)
    world.shows(
        FEED, post("1", title="Aan @buurman"), post("2", "@buurman won zaterdag van de buren.")
    )
    fetch(house)
    lines = exported(house, buffer=True)
    assert len(lines) == 2
    assert "buurman" not in str(lines)


def test_a_line_says_who_labelled(house: House, world: World) -> None:
    the.settle(house)
    world.shows(FEED, post("1"), post("2", f"{WORDS} Nog een."))
    fetch(house)
    the.person_labels(house, "1", "B1")
    said = {line["text"]: (line["labeller"], line["labels"]) for line in exported(house)}
    assert said == {WORDS: ("person", ["betekenisgeving"]), f"{WORDS} Nog een.": ("fake", [])}


def test_local_dates_bound_an_export_and_both_count(house: House, world: World) -> None:
    the.settle(house)
    days = [NOW - timedelta(days=n) for n in range(4)]
    world.shows(FEED, *(post(str(day), f"{WORDS} {day}", day) for day in days))
    fetch(house)
    found = exported(house, first=date(2026, 11, 18), last=date(2026, 11, 19))
    assert [line["local_date"] for line in found] == ["2026-11-18", "2026-11-19"]
    with pytest.raises(InvalidInput):
        exported(house, first=date(2026, 11, 19), last=date(2026, 11, 18))


# Places that may not be followed


@pytest.mark.parametrize(
    "address",
    [
        "https://www.facebook.com/groups/123/",
        "https://chat.whatsapp.com/AbCdEf",
        "https://t.me/joinchat/AbCdEf",
        "https://t.me/+AbCdEf",
        "https://discord.gg/abc",
    ],
)
def test_a_private_place_is_refused_by_code(town: House, address: str) -> None:
    with pytest.raises(AddressRefused) as told, town.database.write() as session:
        add_source_row(
            town, session, the.dossier_of(session),
            kind="feed", address=address, title="", own=False,
        )  # fmt: skip
    assert told.value.reason == "private-refused"
    with town.database.read() as session:
        assert session.query(SourceRow).count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "", " ", "geen adres", "ftp://a.example/", "http://", "http:///pad", "http://[", "//a.example",
        "http://[::1", "http://a.example:99999/", "http://a.example:poort/", "http://a:b@c.example/",
        "http://a.example/\x00", "http://a.example/\ud800", "http://a.example/ b\n", "javascript:x",
        "http://a.example/" + "a" * 2000, "http://" + "a" * 300 + ".example/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput):
        check_address(address)
