"""Labels on hits: a person's word wins, survives every run, and is never overwritten."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.corpus import read_examples
from app.errors import Conflict, InvalidInput, NotFound
from app.services import labels as label_services
from app.services import learning
from app.services.house import House
from app.services.labels import person_says, relabel
from app.storage import labels as label_rows
from app.storage.models import Annotation, LabelRun, Prediction
from tests import factories as the
from tests.factories import FEED, WORDS, fetch, hits, post
from tests.fakes import World, of_codes

OTHER = f"{WORDS} Nog een."


@pytest.fixture
def town(house: House, world: World) -> House:
    the.settle(house)
    the.told(house).say |= {WORDS: of_codes("I1"), OTHER: of_codes("B1")}
    world.shows(FEED, post("1"), post("2", OTHER))
    fetch(house)
    return house


def shown(house: House) -> dict[str, tuple[bool, bool, bool]]:
    return {row.text: (hit.is_i, hit.is_b, hit.is_s) for hit, row in hits(house)}


def new_model(house: House, **judgements: Any) -> None:
    the.told(house).version = "2"
    the.told(house).say = {WORDS: of_codes("S1"), OTHER: of_codes("S1")}


def test_relabelling_keeps_what_people_said(town: House) -> None:
    the.person_labels(town, "1", "B2")
    new_model(town)
    done = relabel(town, the.DOSSIER)
    assert (done["hits"], done["changed"]) == (2, 1)
    assert shown(town) == {WORDS: (False, True, False), OTHER: (False, False, True)}


def test_a_new_run_stands_beside_the_old_one(town: House) -> None:
    new_model(town)
    relabel(town, the.DOSSIER)
    with town.database.read() as session:
        runs = {run.model[-1]: run.active for run in session.query(LabelRun)}
        assert runs == {"1": False, "2": True}
        assert session.query(Prediction).count() == 4


def test_going_back_to_an_old_model_takes_its_run_up_again(town: House) -> None:
    new_model(town)
    relabel(town, the.DOSSIER)
    the.told(town).version = "1"
    the.told(town).say = {WORDS: of_codes("I1"), OTHER: of_codes("B1")}
    assert relabel(town, the.DOSSIER)["changed"] == 2
    with town.database.read() as session:
        assert session.query(LabelRun).count() == 2
    assert shown(town) == {WORDS: (True, False, False), OTHER: (False, True, False)}


def test_relabelling_with_the_same_model_changes_nothing(town: House) -> None:
    assert relabel(town, the.DOSSIER)["changed"] == 0


def test_relabelling_an_unknown_dossier_is_not_found(town: House) -> None:
    with pytest.raises(NotFound):
        relabel(town, "bestaat-niet")


def test_everything_a_person_said_stays_and_the_newest_counts(town: House) -> None:
    the.person_labels(town, "1", "B2")
    the.person_labels(town, "1")
    the.person_labels(town, "1", "I2", "S1")
    with the.hit_open(town, "1") as (session, hit):
        said = [row.sub_labels for row in label_rows.history(session, hit.id)]
    assert said == [["B2"], [], ["I2", "S1"]]
    assert shown(town)[WORDS] == (True, False, True)


def test_who_labels_an_older_state_is_told_and_nothing_is_stored(town: House) -> None:
    the.person_labels(town, "1", "B2")
    with pytest.raises(Conflict, match="ander"), the.hit_open(town, "1") as (session, hit):
        label_services.annotate(
            session, hit, user_id=None, output=person_says("geen", ()), confirmed=False, note="",
            guide="ibs-2026.1", house=town, expected_version=hit.version - 1,
        )  # fmt: skip
    with town.database.read() as session:
        assert session.query(Annotation).count() == 1


@pytest.mark.parametrize(
    ("status", "codes"),
    [
        ("gelabeld", ()),
        ("geen", ("I1",)),
        ("gelabeld", ("X1",)),
        ("gelabeld", ("i1",)),
        ("gelabeld", ("I7",)),
        ("onbekend", ()),
        ("", ()),
        ("gelabeld", ("I1 ",)),
    ],
)
def test_a_label_that_the_guide_does_not_know_is_refused(
    status: str, codes: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput):
        person_says(status, codes)


def test_labels_follow_from_the_sub_labels_in_the_order_of_the_guide() -> None:
    said = person_says("gelabeld", ("S1", "I2", "I1", "I2"))
    assert said["labels"] == ["informatiebehoefte", "schadebeperking"]
    assert said["sub_labels"] == ["I1", "I2", "S1"]
    assert said["primary"] == "schadebeperking"
    assert said["threat"] is False


@pytest.mark.parametrize("code", ["S2", "S3", "S6"])
def test_a_threat_code_is_a_threat(code: str) -> None:
    assert person_says("gelabeld", (code,))["threat"] is True


def test_a_dossier_takes_the_places_of_its_own_terms_along(
    house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    label = the.told(house).label
    monkeypatch.setattr(the.told(house), "label", lambda posts: asked.extend(posts) or label(posts))
    the.settle(
        house,
        query_text="<plaatsnaam> AND opvang",
        terms={"plaatsnaam": ["Rietmeer"], "naam burgemeester": ["Terpstra"]},
    )
    world.shows(FEED, post("1", author="@jan"))
    fetch(house)
    (given,) = asked
    assert given.places == ("Rietmeer",)
    assert not hasattr(given, "author")


def test_what_people_said_is_what_a_candidate_learns_from(town: House) -> None:
    assert learning.lines(town, the.DOSSIER, "bijtrainen") == []
    the.person_labels(town, "1", "B2")
    the.person_labels(town, "2", "S3")
    read = read_examples("\n".join(learning.lines(town, the.DOSSIER, "bijtrainen")), "eigen.jsonl")
    assert {one.post.text: (one.sub_labels, one.threat) for one in read} == {
        WORDS: (("B2",), False),
        OTHER: (("S3",), True),
    }
    assert {one.status for one in read} == {"gelabeld"}


def test_corrections_leave_only_with_a_reason_and_from_a_dossier_that_is_there(
    town: House,
) -> None:
    with pytest.raises(InvalidInput, match="--reason"):
        learning.lines(town, the.DOSSIER, " ")
    with pytest.raises(NotFound, match="weg"):
        learning.lines(town, "weg", "bijtrainen")
