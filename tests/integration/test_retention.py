"""What has been kept long enough goes, class by class, once, and with a proof that it went."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from app.errors import ConfigError, StorageError
from app.services import labels as label_services
from app.services.house import House
from app.services.retention import retain
from app.services.verify import verify
from app.storage import audit as audit_rows
from app.storage import posts as post_rows
from app.storage.models import (
    Annotation,
    BufferRow,
    Dossier,
    DossierNote,
    Hit,
    PostAddress,
    PostAlias,
    PostOrigin,
    PostRow,
    Prediction,
    Recipient,
    Removal,
)
from tests import factories as the
from tests.factories import FEED, NOW, OTHER_WORDS, WORDS, fetch, hits, post
from tests.fakes import World, of_codes

THREAT = "Steek die opvang in Rietmeer maar in brand."
DAY = timedelta(days=1)


@pytest.fixture
def town(house: House, world: World) -> House:
    """An ordinary post, a confirmed threat, a threat nobody judged, and one for the buffer."""
    the.settle(house)
    the.told(house).say[THREAT] = of_codes("S2", threat=True)
    world.shows(
        FEED, post("1", url="https://bode.example/1"), post("2", THREAT),
        post("3", f"{THREAT} Echt."), post("4", OTHER_WORDS),
    )  # fmt: skip
    fetch(house)
    the.person_labels(house, "2", "S2", confirmed=True)
    return house


def after(house: House, days: int, **more: Any) -> dict[str, int]:
    the.at(house, NOW + days * DAY + timedelta(minutes=1))
    removed: dict[str, int] = retain(house, dry_run=False, **more)["removed"]
    return removed


def texts(house: House) -> list[str]:
    return sorted(row.text for _, row in hits(house))


def test_within_its_term_everything_stays(town: House) -> None:
    assert sum(after(town, 6).values()) == 0
    assert len(texts(town)) == 3


def test_text_goes_after_ninety_days_and_confirmed_threats_thirty_later(town: House) -> None:
    assert after(town, 90)["post-text"] == 2
    assert texts(town) == [THREAT]
    assert after(town, 119)["threat-evidence"] == 0
    assert after(town, 120)["threat-evidence"] == 1
    assert texts(town) == []


def test_the_term_is_the_dossiers_own(house: House, world: World) -> None:
    the.settle(house, keep_text_days=10)
    world.shows(FEED, post("1"))
    fetch(house)
    assert after(house, 9)["post-text"] == 0
    assert after(house, 10)["post-text"] == 1


def test_the_buffer_goes_after_seven_days(town: House) -> None:
    assert after(town, 6)["buffer"] == 0
    assert after(town, 7)["buffer"] == 1
    with town.database.read() as session:
        assert session.query(BufferRow).count() == 0


def test_a_dry_run_says_the_same_and_removes_nothing(town: House) -> None:
    the.at(town, NOW + 91 * DAY)
    told = retain(town, dry_run=True)
    assert (told["dry_run"], told["removed"]["post-text"], told["removed"]["buffer"]) == (
        True,
        2,
        1,
    )
    assert len(texts(town)) == 3
    assert retain(town, dry_run=False)["removed"] == told["removed"]


def test_running_again_removes_nothing_more(town: House) -> None:
    assert sum(after(town, 91).values()) > 0
    assert sum(after(town, 91).values()) == 0


def test_nothing_that_hung_on_the_post_is_left(town: House) -> None:
    after(town, 200)
    with town.database.read() as session:
        for table in (Hit, PostRow, PostAddress, PostAlias, PostOrigin, Prediction, Annotation):
            assert session.query(table).count() == 0, table


def test_each_removal_leaves_a_proof_without_text(town: House) -> None:
    wanted = {the.key_of(town, "1"), the.key_of(town, "3")}
    after(town, 91)
    with town.database.read() as session:
        proofs = [row for row in session.query(Removal) if row.kind == "post-text"]
        assert {row.post_key for row in proofs} == wanted
        assert all(WORDS not in json.dumps([row.reason, row.kind]) for row in proofs)
        (line,) = [
            line
            for line in audit_rows.lines(session, proofs[0].organisation_id)
            if line.action == "retained"
        ]
        assert (line.actor, line.facts["post-text"]) == ("system", 2)


def test_the_clearing_of_the_buffer_leaves_a_proof_too(town: House) -> None:
    after(town, 7)
    with town.database.read() as session:
        (proof,) = session.query(Removal).filter_by(kind="buffer")
        assert (proof.count, proof.post_key) == (1, None)


def test_what_was_removed_does_not_come_back_while_the_source_shows_it(
    town: House, world: World
) -> None:
    after(town, 91)
    world.shows(FEED, post("1"))
    fetch(town)
    assert texts(town) == [THREAT]
    with town.database.read() as session:
        assert session.query(BufferRow).count() == 0


def test_a_post_goes_with_its_last_hit_and_not_before(house: House, world: World) -> None:
    the.settle(house, keep_text_days=10)
    the.settle(house, dossier="de-waterkant", keep_text_days=20)
    world.shows(FEED, post("1"))
    fetch(house)
    assert after(house, 10)["post-text"] == 1
    assert (texts(house), len(hits(house, "de-waterkant"))) == ([], 1)
    assert after(house, 20)["post-text"] == 1
    with house.database.read() as session:
        assert session.query(PostRow).count() == 0


def test_old_editions_keep_their_numbers(town: House) -> None:
    the.at(town, NOW + timedelta(hours=21))
    before = the.drafted(town)
    after(town, 91)
    result = verify(town)
    assert result["equal"] == result["editions"] == len(before)
    assert len(result["changed_since"]) == 1


def test_a_death_half_way_is_finished_by_running_again(
    town: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove, gone = post_rows.remove_hit, []

    def dies(*arguments: Any, **named: Any) -> None:
        if gone:
            raise KeyboardInterrupt
        gone.append(1)
        remove(*arguments, **named)

    with monkeypatch.context() as dying:
        dying.setattr(post_rows, "remove_hit", dies)
        with pytest.raises(KeyboardInterrupt):
            after(town, 91)
    assert len(texts(town)) == 3, "a class is removed whole or not at all"
    assert after(town, 91)["post-text"] == 2


# The end of a dossier


def ends_soon(house: House, world: World) -> None:
    the.settle(house, ends=NOW.date() + DAY, keep_text_days=10)
    world.shows(FEED, post("1", author="@jan"))
    fetch(house)


def pseudonym(house: House) -> str:
    with house.database.read() as session:
        return house.vault.pseudonym(the.dossier_of(session).pseudonym_key, "jan", "x.example")


def test_the_key_lives_as_long_as_a_hit_does(house: House, world: World) -> None:
    ends_soon(house, world)
    assert after(house, 5)["pseudonym-keys"] == 0
    assert pseudonym(house)


def test_after_the_end_and_the_last_hit_the_key_is_destroyed(house: House, world: World) -> None:
    ends_soon(house, world)
    assert after(house, 11) | {"buffer": 0} == {
        "post-text": 1, "threat-evidence": 0, "buffer": 0, "pseudonym-keys": 1,
    }  # fmt: skip
    with pytest.raises(ConfigError, match="ontbreekt"):
        pseudonym(house)
    with house.database.read() as session:
        assert session.query(Dossier).one().cleared_at is not None


def test_after_the_end_nobodys_address_and_no_word_of_the_police_is_kept(
    house: House, world: World
) -> None:
    ends_soon(house, world)
    with house.database.write() as session:
        dossier = the.dossier_of(session).id
        session.add(Recipient(dossier_id=dossier, notifier="mail", address="noor@rietmeer.example",
                              created_at=NOW))  # fmt: skip
        session.add(DossierNote(dossier_id=dossier, kind="diagnose", origin="politie",
                                text="Rustig.", author="user:noor", created_at=NOW))  # fmt: skip
    after(house, 5)
    with house.database.read() as session:
        assert (session.query(Recipient).count(), session.query(DossierNote).count()) == (1, 1)
    after(house, 11)
    with house.database.read() as session:
        assert (session.query(Recipient).count(), session.query(DossierNote).count()) == (0, 0)


def test_labels_that_were_taken_back_go_with_their_post(house: House, world: World) -> None:
    """The row that withdraws points at the one withdrawn."""
    the.settle(house, keep_text_days=10)
    world.shows(FEED, post("1"))
    fetch(house)
    the.person_labels(house, "1", "B1")
    with the.hit_open(house, "1") as (session, hit):
        row = session.query(Annotation).one()
        label_services.withdraw(house, session, hit, row, None)
    the.person_labels(house, "1", "I1")
    with house.database.read() as session:
        assert session.query(Annotation).count() == 3
    assert after(house, 11)["post-text"] == 1
    with house.database.read() as session:
        assert session.query(Annotation).count() == 0


def test_a_dossier_that_still_runs_keeps_its_key_though_it_is_empty(
    house: House, world: World
) -> None:
    the.settle(house, keep_text_days=10)
    world.shows(FEED, post("1"))
    fetch(house)
    assert after(house, 30)["pseudonym-keys"] == 0
    assert pseudonym(house)


def test_a_death_before_the_key_is_gone_is_finished_by_running_again(
    house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_soon(house, world)

    def full(_: str) -> bool:
        raise StorageError("De schijf is vol.")

    with monkeypatch.context() as dying:
        dying.setattr(house.vault, "destroy_key", full)
        with pytest.raises(StorageError):
            after(house, 11)
    assert pseudonym(house)
    after(house, 11)
    with pytest.raises(ConfigError):
        pseudonym(house)


def test_making_a_cleared_dossier_again_collects_nothing(house: House, world: World) -> None:
    ends_soon(house, world)
    after(house, 11)
    ends_soon(house, world)
    assert world.asked == [FEED]
