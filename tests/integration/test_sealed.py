"""From draft to desk: a person approves, nothing changes after, and `verify` sees who tampered."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.errors import Conflict, NotFound
from app.services import reports
from app.services.delivery import deliver_open
from app.services.frozen import row_from_json
from app.services.house import House
from app.services.labels import relabel
from app.services.verify import verify
from app.storage import reports as report_rows
from app.storage.models import (
    Annotation,
    Delivery,
    Hit,
    Prediction,
    QuestionPlace,
    Report,
    ReportInput,
)
from tests import factories as the
from tests.factories import FEED, NOW, WORDS, edition, fetch, post
from tests.fakes import World, of_codes

DAY = date(2026, 11, 20)
THREAT = "Steek die opvang in Rietmeer maar in brand."


@pytest.fixture
def town(house: House, world: World) -> House:
    """Three posts on one day, and the morning after."""
    the.settle(house)
    the.told(house).say |= {
        WORDS: of_codes("I1", question=True),
        THREAT: of_codes("S2", threat=True),
    }
    world.shows(FEED, post("1"), post("2", f"{WORDS} Nog een."), post("3", THREAT))
    fetch(house)
    the.at(house, NOW + timedelta(hours=21))
    return house


def seen(house: House) -> dict[str, Any]:
    return verify(house, the.DOSSIER)


def findings(result: dict[str, Any], kind: str = "different") -> list[tuple[str | None, str]]:
    return [(one["post_key"], one["what"]) for item in result[kind] for one in item["findings"]]


def desk(house: House) -> list[str]:
    folder = house.settings.data_dir / "exports" / the.DOSSIER / "verslagen"
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


# Draft, interpret, approve, deliver


def test_a_draft_is_not_delivered(town: House) -> None:
    assert edition(town, DAY).document["status"] == "draft"
    assert deliver_open(town) == (0, 0)
    assert desk(town) == []


def test_an_approved_edition_names_who_approved_and_is_delivered_once(town: House) -> None:
    edition(town, DAY)
    who = the.person(town)
    the.approve(town, DAY, who.user_id)
    found = edition(town, DAY)
    assert (found.document["status"], found.approved_by) == ("approved", "N.Hofstra")
    assert found.interpretation == "Duiding."
    assert deliver_open(town) == (1, 0)
    assert deliver_open(town) == (0, 0)
    assert desk(town) == ["2026-11-20-1.json", "2026-11-20-1.txt"]


def test_what_is_delivered_is_the_report_with_its_interpretation(town: House) -> None:
    edition(town, DAY)
    the.approve(town, DAY, the.person(town).user_id, "Rustig.")
    deliver_open(town)
    folder = town.settings.data_dir / "exports" / the.DOSSIER / "verslagen"
    document = json.loads((folder / "2026-11-20-1.json").read_text("utf-8"))
    assert document["interpretation"] == "Rustig."
    assert document["hash"] == edition(town, DAY).document["hash"]
    written = (folder / "2026-11-20-1.txt").read_text("utf-8")
    assert "Rustig." in written
    assert "niet representatief" in written
    assert WORDS not in written, "residents are never quoted verbatim (P11)"


def test_a_death_between_carrying_and_ticking_off_makes_no_second_copy(
    town: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition(town, DAY)
    the.approve(town, DAY, the.person(town).user_id)
    with monkeypatch.context() as dying:
        dying.setattr("app.storage.outbox.arrived", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deliver_open(town)
    before = desk(town)
    assert deliver_open(town) == (1, 0)
    assert desk(town) == before != []


def test_an_approved_edition_is_sealed(town: House) -> None:
    edition(town, DAY)
    who = the.person(town).user_id
    the.approve(town, DAY, who)
    with pytest.raises(Conflict, match="goedgekeurd"):
        the.approve(town, DAY, who, "Toch anders.")
    assert edition(town, DAY).interpretation == "Duiding."
    with town.database.read() as session:
        assert session.query(Delivery).count() == 1


def test_who_worked_on_an_older_version_is_told(town: House) -> None:
    edition(town, DAY)
    with town.database.write() as session:
        row = session.query(Report).one()
        reports.interpret(town, session, row, "Eerst.", "A", row.version)
    for act in (
        lambda session, row: reports.interpret(town, session, row, "Later.", "B", 1),
        lambda session, row: reports.approve(town, session, row, None, 1),
    ):
        with pytest.raises(Conflict, match="ander"), town.database.write() as session:
            act(session, session.query(Report).one())
    assert edition(town, DAY).interpretation == "Eerst."


def blocked_desk(house: House) -> Path:
    """Something stands where the folder of the exports should be."""
    path = house.settings.data_dir / "exports"
    path.write_text("hier staat al iets", "utf-8")
    return path


def test_a_desk_that_cannot_be_reached_is_tried_again_and_told(town: House) -> None:
    edition(town, DAY)
    the.approve(town, DAY, the.person(town).user_id)
    blocked = blocked_desk(town)
    assert deliver_open(town) == (0, 1)
    blocked.unlink()
    the.at(town, town.clock.now() + timedelta(minutes=5))
    assert deliver_open(town) == (1, 0)


def test_a_desk_that_is_closed_for_days_still_gets_its_report(town: House) -> None:
    edition(town, DAY)
    the.approve(town, DAY, the.person(town).user_id)
    blocked = blocked_desk(town)
    tried = 0
    for _ in range(2 * 24 * 12):
        the.at(town, town.clock.now() + timedelta(minutes=5))
        tried += deliver_open(town)[1]
    assert 5 < tried < 50, "tried now and then, not at every tick"
    blocked.unlink()
    the.at(town, town.clock.now() + timedelta(days=1))
    assert deliver_open(town) == (1, 0)


# Verify


def test_every_edition_equals_its_recomputation(town: House) -> None:
    edition(town, DAY)
    assert seen(town) == {"editions": 1, "equal": 1, "different": [], "changed_since": []}


def test_verify_of_an_unknown_dossier_is_not_found(town: House) -> None:
    with pytest.raises(NotFound):
        verify(town, "bestaat-niet")


def flip_prediction(session: Any, hit: Hit) -> None:
    row = session.query(Prediction).filter_by(hit_id=hit.id).one()
    row.output = {**row.output, "labels": ["betekenisgeving"], "sub_labels": ["B1"]}


def drop_prediction(session: Any, hit: Hit) -> None:
    session.delete(session.query(Prediction).filter_by(hit_id=hit.id).one())


def flip_label_on_hit(session: Any, hit: Hit) -> None:
    hit.is_i = not hit.is_i


def flip_status_on_hit(session: Any, hit: Hit) -> None:
    hit.status = "ruis"


def flip_group(session: Any, hit: Hit) -> None:
    hit.group_kind = "journalists"


def flip_author(session: Any, hit: Hit) -> None:
    hit.author = "0" * 64


def flip_day(session: Any, hit: Hit) -> None:
    session.execute(
        text("UPDATE post SET local_date = :day WHERE id = :id"),
        {"day": (DAY - timedelta(days=1)).isoformat() if session.bind.dialect.name == "sqlite"
         else DAY - timedelta(days=1), "id": hit.post_id},
    )  # fmt: skip


def flip_frozen_row(session: Any, hit: Hit) -> None:
    row = session.query(ReportInput).filter_by(post_key=hit.post_key).one()
    row.row = {**row.row, "status": "ruis"}


def flip_frozen_row_and_seal(session: Any, hit: Hit) -> None:
    from analysis.recount import row_digest

    flip_frozen_row(session, hit)
    row = session.query(ReportInput).filter_by(post_key=hit.post_key).one()
    row.digest = row_digest(row_from_json(row.row))


def drop_hit(session: Any, hit: Hit) -> None:
    session.query(Prediction).filter_by(hit_id=hit.id).delete()
    session.query(QuestionPlace).filter_by(hit_id=hit.id).delete()
    session.delete(hit)


@pytest.mark.parametrize(
    "tamper",
    [
        flip_prediction, drop_prediction, flip_label_on_hit, flip_status_on_hit, flip_group,
        flip_author, flip_day, flip_frozen_row, flip_frozen_row_and_seal, drop_hit,
    ],
)  # fmt: skip
def test_tampering_with_one_stored_value_is_seen_and_names_the_post(
    town: House, tamper: Any
) -> None:
    edition(town, DAY)
    with the.hit_open(town, "1") as (session, hit):
        tamper(session, hit)
    result = seen(town)
    assert result["equal"] == 0
    assert the.key_of(town, "1") in [key for key, _ in findings(result)]


@pytest.mark.parametrize("name", ["counts", "posts", "hash"])
def test_tampering_with_the_snapshot_itself_is_seen(town: House, name: str) -> None:
    edition(town, DAY)
    with town.database.write() as session:
        row = session.query(Report).one()
        changed = {"counts": {**row.document["counts"], "posts": 99}, "posts": [], "hash": "0" * 64}
        row.document = {**row.document, name: changed[name]}
    assert seen(town)["equal"] == 0


def test_a_frozen_row_taken_out_is_seen(town: House) -> None:
    edition(town, DAY)
    with town.database.write() as session:
        session.query(ReportInput).filter_by(post_key=the.key_of(town, "1")).delete()
    assert seen(town)["equal"] == 0


def test_a_persons_label_from_before_that_was_changed_is_seen(town: House) -> None:
    the.person_labels(town, "1", "B2")
    edition(town, DAY)
    with town.database.write() as session:
        row = session.query(Annotation).one()
        row.output = {**row.output, "labels": [], "sub_labels": [], "status": "geen"}
    assert the.key_of(town, "1") in [key for key, _ in findings(seen(town))]


def test_a_person_who_labels_later_changes_no_edition(town: House) -> None:
    before = edition(town, DAY).document
    the.person_labels(town, "1", "B2")
    result = seen(town)
    assert (result["equal"], result["different"]) == (1, [])
    assert findings(result, "changed_since") == [
        (the.key_of(town, "1"), "anders gelabeld sinds dit verslag")
    ]
    assert edition(town, DAY).document == before


def test_a_new_label_run_changes_no_edition(town: House) -> None:
    before = edition(town, DAY).document
    the.told(town).version = "2"
    the.told(town).say[WORDS] = of_codes("B1")
    assert relabel(town, the.DOSSIER)["changed"] == 1
    result = seen(town)
    assert (result["equal"], result["different"]) == (1, [])
    assert edition(town, DAY).document == before


def test_an_edit_at_the_source_changes_no_edition(town: House, world: World) -> None:
    before = edition(town, DAY).document
    world.shows(FEED, post("1", "Bewerkt: opvang in Rietmeer."))
    fetch(town)
    result = seen(town)
    assert (result["equal"], result["different"]) == (1, [])
    assert findings(result, "changed_since") == [
        (the.key_of(town, "1"), "bewerkt sinds dit verslag")
    ]
    assert edition(town, DAY).document == before


def test_a_deletion_at_the_source_changes_no_number_and_leaves_a_proof(
    town: House, world: World
) -> None:
    before = edition(town, DAY).document["counts"]
    world.shows(FEED, deleted=["1"])
    fetch(town)
    result = seen(town)
    assert (result["equal"], result["different"]) == (1, [])
    assert findings(result, "changed_since") == [
        (the.key_of(town, "1"), "verwijderd sinds dit verslag")
    ]
    assert edition(town, DAY).document["counts"] == before


def test_frozen_rows_hold_no_text(town: House) -> None:
    edition(town, DAY)
    with town.database.read() as session:
        report = session.query(Report).one()
        frozen = [row.row for row in report_rows.inputs(session, report.id)]
        written = json.dumps([frozen, report.document])
    assert len(frozen) == 3
    assert "Hoeveel" not in written


# Threats wait for a person


def test_s2_counts_only_when_a_person_confirmed_it(town: House) -> None:
    counts = edition(town, DAY).document["counts"]
    assert (counts["schadebeperking"], counts["threat_candidates"]) == (0, 1)


def test_a_confirmed_threat_counts_and_waits_no_more(town: House) -> None:
    the.person_labels(town, "3", "S2", confirmed=True)
    counts = edition(town, DAY).document["counts"]
    assert (counts["schadebeperking"], counts["threat_candidates"]) == (1, 0)


@pytest.mark.parametrize("code", ["S2", "S3", "S6"])
def test_a_persons_label_without_confirmation_stays_a_candidate(town: House, code: str) -> None:
    the.person_labels(town, "3", code)
    counts = edition(town, DAY).document["counts"]
    assert (counts["schadebeperking"], counts["threat_candidates"]) == (0, 1)


def test_a_person_who_takes_the_threat_away_leaves_no_candidate(town: House) -> None:
    the.person_labels(town, "3", "B2")
    counts = edition(town, DAY).document["counts"]
    assert (counts["betekenisgeving"], counts["threat_candidates"]) == (1, 0)


def test_a_judgement_of_later_is_not_taken_for_one_of_then(town: House, world: World) -> None:
    """SQLite gives the id of an erased judgement out again; the edition knew nothing of the new one."""
    the.person_labels(town, "2", "B1")
    edition(town, DAY)
    the.at(town, NOW + timedelta(hours=24))
    world.shows(FEED, deleted=["2"])
    fetch(town)
    the.person_labels(town, "1", "B5")
    result = seen(town)
    assert result["different"] == []
    assert (the.key_of(town, "1"), "anders gelabeld sinds dit verslag") in findings(
        result, "changed_since"
    )
