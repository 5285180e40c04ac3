"""A list that changes changes the stored hits of its members; nobody private is on one by accident."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.errors import Conflict, InvalidInput, NotAllowed
from app.services import account_lists as lists
from app.services.account_lists import account_lists, save_list
from app.services.house import House
from app.services.list_import import read_members
from app.services.list_members import Wanted
from app.services.private_persons import looks_private
from app.services.regrouping import settle
from app.services.verify import verify
from app.storage import account_lists as list_rows
from app.storage import dossiers as dossier_rows
from app.storage.models import AccountList, Hit
from tests import factories as the
from tests.factories import DOSSIER, FEED, NOW, dossier_of, fetch, hits, post
from tests.fakes import World

ENDS = date(2027, 1, 1)
PRESS: dict[str, Any] = {
    "kind": "journalists", "name": "Pers", "reason": "Publieke functie", "expires": ENDS,
    "accounts": ["@bode"],
}  # fmt: skip
BODE = "@bode@mastodon.example"


@pytest.fixture
def town(house: House, world: World) -> House:
    """Three stored posts of three senders, one of them `@bode`; no list yet."""
    the.settle(house)
    world.shows(FEED, post("1", author="@bode"), post("2", author="@iemand"), post("3"))
    fetch(house)
    return house


def shown(house: House) -> list[tuple[str | None, bool, str, int]]:
    return [(h.group_kind, h.own, h.locality, h.version) for h, _ in hits(house)]


def of_bode(house: House) -> Hit:
    bode = house.vault.pseudonym(f"rietmeer/{DOSSIER}", "bode", "mastodon.example")
    (found,) = (hit for hit, _ in hits(house) if hit.author == bode)
    return found


def changed(house: House, **values: Any) -> None:
    """Change the one list of the dossier."""
    with house.database.write() as session:
        dossier = dossier_of(session)
        (row,) = dossier_rows.account_lists(session, dossier.id)
        lists.change_list(house, session, dossier, row, values, asked_by=None)


def removed(house: House, *, whole: bool = False) -> int:
    with house.database.write() as session:
        dossier = dossier_of(session)
        (row,) = dossier_rows.account_lists(session, dossier.id)
        if whole:
            return lists.remove_list(house, session, dossier, row)
        (member, _), *_rest = list_rows.every_member(session, row.id)
        return lists.remove_member(house, session, dossier, row, member)


def test_a_new_member_gives_its_stored_hits_their_group(town: House) -> None:
    before = of_bode(town)
    save_list(town, DOSSIER, PRESS | {"accounts": [BODE]})
    after = of_bode(town)
    assert (before.group_kind, after.group_kind) == (None, "journalists")
    assert after.version == before.version + 1
    others = [hit for hit, _ in hits(town) if hit.author != after.author]
    assert [(hit.group_kind, hit.version) for hit in others] == [(None, 1), (None, 1)]


@pytest.mark.parametrize("whole", [False, True])
def test_a_member_that_goes_takes_the_group_along(town: House, whole: bool) -> None:
    save_list(town, DOSSIER, PRESS | {"accounts": [BODE]})
    assert removed(town, whole=whole) == 1
    hit = of_bode(town)
    assert (hit.group_kind, hit.version) == (None, 3)


def test_a_member_that_goes_stays_with_the_other_list_that_names_it(town: House) -> None:
    save_list(town, DOSSIER, PRESS | {"accounts": [BODE]})
    save_list(town, DOSSIER, PRESS | {"name": "Aad", "kind": "politicians", "accounts": [BODE]})
    assert of_bode(town).group_kind == "politicians"
    with town.database.write() as session:
        dossier = dossier_of(session)
        row = dossier_rows.account_list(session, dossier.id, "Aad")
        assert row is not None
        lists.remove_list(town, session, dossier, row)
    assert of_bode(town).group_kind == "journalists"


def test_own_and_local_follow_the_list_and_go_with_it(town: House) -> None:
    save_list(town, DOSSIER, PRESS | {"kind": "own", "accounts": [BODE]})
    assert (of_bode(town).own, of_bode(town).locality) == (True, "local")
    changed(town, kind="officers")
    assert (of_bode(town).own, of_bode(town).locality) == (False, "local")
    changed(town, accounts=["@ander"])
    hit = of_bode(town)
    assert (hit.group_kind, hit.own, hit.locality) == (None, False, "unknown")


def test_a_whole_source_on_a_list_groups_all_its_hits(town: House) -> None:
    save_list(town, DOSSIER, PRESS | {"accounts": [f"bron:{the.source(town)['id']}"]})
    assert {group for group, *_ in shown(town)} == {"journalists"}
    removed(town)
    assert {group for group, *_ in shown(town)} == {None}


def test_a_list_of_one_dossier_leaves_the_hits_of_next_door_alone(
    town: House, world: World
) -> None:
    the.settle(town, dossier="de-dam")
    world.shows(FEED, post("4", author="@bode"))
    fetch(town)
    save_list(town, DOSSIER, PRESS | {"accounts": [BODE, f"bron:{the.source(town)['id']}"]})
    assert {hit.group_kind for hit, _ in hits(town)} == {"journalists"}
    next_door = [(hit.group_kind, hit.version) for hit, _ in hits(town, "de-dam")]
    assert next_door == [(None, 1)]


def test_what_a_list_does_to_a_hit_is_not_tampering(town: House) -> None:
    the.at(town, NOW + timedelta(days=1))
    the.drafted(town)
    save_list(town, DOSSIER, PRESS | {"kind": "own", "accounts": [BODE]})
    found = verify(town)
    assert found["different"] == []
    (since,) = found["changed_since"]
    assert [one["what"] for one in since["findings"]] == ["andere groep sinds dit verslag"]
    with town.database.write() as session:
        session.query(Hit).filter_by(author=of_bode(town).author).one().group_kind = "politicians"
    assert verify(town)["different"] != []


def test_the_day_after_the_end_the_hits_lose_the_group_by_themselves(town: House) -> None:
    save_list(town, DOSSIER, PRESS | {"accounts": [BODE]})
    the.at(town, NOW.replace(year=2027, month=1, day=1))
    assert settle(town) == {}
    the.at(town, NOW.replace(year=2027, month=1, day=2))
    assert settle(town) == {DOSSIER: 1}
    assert settle(town) == {}
    assert of_bode(town).group_kind is None
    changed(town, expires=date(2027, 2, 1))
    assert of_bode(town).group_kind == "journalists"


def test_a_member_counts_from_and_until_its_own_days(town: House, world: World) -> None:
    wanted = [Wanted(BODE, starts=date(2026, 11, 22), ends=date(2026, 11, 23))]
    save_list(town, DOSSIER, {k: v for k, v in PRESS.items() if k != "accounts"}, wanted)
    states = []
    for day in (20, 22, 24):
        the.at(town, NOW.replace(day=day))
        settle(town)
        world.shows(FEED, post(f"d{day}", published=town.clock.now(), author="@bode"))
        fetch(town)
        (member,) = account_lists(town, DOSSIER)[0]["members"]
        by_key = {hit.post_key: hit.group_kind for hit, _ in hits(town)}
        now, old = by_key[the.key_of(town, f"d{day}")], by_key[the.key_of(town, "1")]
        states.append((member["state"], now, old))
    assert states == [("later", None, None), ("counts", "journalists", "journalists"),
                      ("ended", None, None)]  # fmt: skip


# Private persons


@pytest.mark.parametrize(
    "handle",
    ["jan.de.vries", "JanDeVries", "jandevries1970", "@piet_jansen", "Jan de Vries",
     "petervandijk", "anja-bos@x"],
)  # fmt: skip
def test_a_name_of_a_person_is_seen(handle: str) -> None:
    assert looks_private(handle.partition("@x")[0])


@pytest.mark.parametrize(
    "handle",
    ["wethouder.jan.bos", "redactie", "coa", "gemrietmeer", "rodekruis", "fractie_dorpsbelang",
     "evangelie", "welkominrietmeer", "De Bode", "janboslaan", "", "7", "💬"],
)  # fmt: skip
def test_an_office_or_organisation_is_no_person(handle: str) -> None:
    assert not looks_private(handle)


@pytest.mark.parametrize(
    ("reason", "days"), [("", 30), ("   ", 30), ("Woordvoerder", 91), ("Woordvoerder", -1)]
)
def test_a_private_person_without_reason_or_near_end_is_refused_and_nothing_kept(
    town: House, reason: str, days: int
) -> None:
    wanted = Wanted("@jan.de.vries", None, (NOW + timedelta(days=days)).date(), reason)
    with pytest.raises(InvalidInput, match="privépersoon"):
        save_list(town, DOSSIER, PRESS, [Wanted("@bode"), wanted])
    assert account_lists(town, DOSSIER) == []


def agreed(house: House, user_id: int) -> None:
    with house.database.write() as session:
        dossier = dossier_of(session)
        row = session.query(AccountList).one()
        (member, _), *_rest = list_rows.every_member(session, row.id)
        lists.agree(house, session, dossier, row, member, user_id)


def test_a_private_person_counts_once_a_second_person_agreed(house: House, world: World) -> None:
    the.settle(house)
    world.shows(FEED, post("1", author="@jan.de.vries"))
    fetch(house)
    first, second = the.person(house, "aad"), the.person(house, "bea")
    wanted = Wanted(
        "@Jan.de.Vries@mastodon.example", None, date(2027, 2, 18), "Woordvoerder van de actiegroep"
    )
    with house.database.write() as session:
        lists.put_list(
            house, session, dossier_of(session), PRESS | {"kind": "action_groups"},
            actor="user:aad", asked_by=first.user_id, members=[wanted],
        )  # fmt: skip
    assert hits(house)[0][0].group_kind is None
    (shown,) = account_lists(house, DOSSIER)
    assert (shown["accounts"], shown["members"][0]["state"]) == ([], "waiting")
    with pytest.raises(NotAllowed):
        agreed(house, first.user_id)
    agreed(house, second.user_id)
    assert hits(house)[0][0].group_kind == "action_groups"
    with pytest.raises(Conflict):
        agreed(house, second.user_id)


# CSV


def test_a_csv_is_read_with_or_without_a_heading() -> None:
    wanted = [
        Wanted("@bode@mastodon.example", date(2026, 11, 1), None, "krant", 2),
        Wanted("bron:bode-example-feed", None, None, "", 3),
    ]
    heading = "Reden;van;account\nkrant;2026-11-01;@bode@mastodon.example\n;;bron:bode-example-feed"
    assert read_members("\ufeff" + heading) == wanted
    bare = "# kranten\n@bode@mastodon.example,1-11-2026,,krant\nbron:bode-example-feed\n"
    assert [one.account for one in read_members(bare)] == [one.account for one in wanted]
    assert read_members("handle\tserver\r\nbode\tmastodon.example\r\n") == [
        Wanted("@bode@mastodon.example", line=2)
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("account;tot\n@a;31-02-2026\n@b;2026-13-01\n@c;", ["Regel 2:", "Regel 3:"]),
        ("@a;;;;;;te veel", ["Regel 1: te veel kolommen"]),
        ("@a\n@\n", ["Regel 2:"]),
        ("@a;;;x\x07y", ["stuurteken"]),
        ("", ["geen accounts"]),
        ("account;reden\n", ["geen accounts"]),
        ('@a;"open', ["geen leesbare CSV"]),
        ("\ufeff# alleen een opmerking", ["geen accounts"]),
        ("a" * 600_000, ["hooguit"]),
    ],
)
def test_a_csv_that_cannot_be_is_told_by_line(text: str, told: list[str]) -> None:
    with pytest.raises(InvalidInput) as error:
        read_members(text)
    for words in told:
        assert words in error.value.message


def test_a_csv_with_one_wrong_line_takes_nothing_in(town: House) -> None:
    text = "account;tot;reden\n@bode;;\n@jan.de.vries;;\nbron:weg;;\n"
    with pytest.raises(InvalidInput) as error:
        save_list(town, DOSSIER, PRESS, read_members(text))
    assert [line["line"] for line in error.value.facts["lines"]] == [3, 4]
    assert account_lists(town, DOSSIER) == []


def test_a_list_that_ends_within_two_weeks_is_told(town: House) -> None:
    for days, soon in ((15, []), (14, ["Pers"]), (0, ["Pers"])):
        save_list(town, DOSSIER, PRESS | {"expires": (NOW + timedelta(days=days)).date()})
        assert [name for _, name, _ in lists.ending_soon(town)] == soon
        assert account_lists(town, DOSSIER)[0]["expires_soon"] is bool(soon)
