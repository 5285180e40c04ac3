"""Clusters of questions: placed once, moved by people, followed by what comes later (R13, R31)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.errors import Conflict, InvalidInput, NotFound
from app.services import access, labels, question_themes, questions
from app.services.house import House
from app.services.retention import retain
from app.services.upkeep import run_due_jobs
from app.services.verify import verify
from app.storage import Session
from app.storage import posts as post_rows
from app.storage import questions as rows
from app.storage.models import Hit, QuestionCluster, QuestionPair, QuestionPlace
from tests import factories as the
from tests.factories import DOSSIER, FEED, NOW, fetch, post
from tests.fakes import World, of_codes

MANY = "Hoeveel mensen komen er in de opvang in Rietmeer?"
AGAIN = "hoeveel mensen komen er nou in die opvang in Rietmeer"
COST = "Wat kost de opvang in Rietmeer per jaar?"
DAY = date(2026, 11, 20)
HOUR = timedelta(hours=1)


def asks(theme: str) -> Any:
    return replace(of_codes("I1", question=True), theme=theme)


@pytest.fixture
def town(house: House, world: World) -> House:
    """Three questions, of which two are one, and a post that asks nothing."""
    the.settle(house)
    the.told(house).say |= {
        MANY: asks("aantal"), AGAIN: asks("aantal"), COST: asks("kosten"),
    }  # fmt: skip
    world.shows(
        FEED, post("1", MANY, NOW - 3 * HOUR), post("2", AGAIN, NOW - 2 * HOUR),
        post("3", COST, NOW - HOUR), post("4", "De opvang in Rietmeer is fijn."),
    )  # fmt: skip
    fetch(house)
    return house


@contextmanager
def at_work(house: House) -> Iterator[tuple[Session, access.Scope]]:
    with house.database.write() as session:
        questions.place_new(house, session, the.dossier_of(session).id)
        yield session, access.at_the_console(session, DOSSIER)


def lines(house: House) -> dict[str, questions.Line]:
    """The clusters by the text of their newest post."""
    with at_work(house) as (session, scope):
        found = {}
        for line in questions.lines(house, session, scope.dossier.id):
            [newest] = rows.placed(session, scope.dossier.id, 1, _row(session, line.name).id)
            found[newest.text] = line
        return found


def _row(session: Session, name: str) -> QuestionCluster:
    return session.query(QuestionCluster).filter_by(name=name).one()


def key(house: House, text: str) -> str:
    return next(hit.post_key for hit, row in the.hits(house) if row.text == text)


def test_the_same_question_is_one_and_a_rare_one_stands_beside_it(town: House) -> None:
    found = lines(town)
    assert {text: (line.n, line.theme) for text, line in found.items()} == {
        AGAIN: (2, "aantal"), COST: (1, "kosten"),
    }  # fmt: skip
    assert found[AGAIN].name == key(town, MANY)[:16]
    assert (found[AGAIN].lately, found[AGAIN].kind, found[AGAIN].answered) == (
        2,
        "feitelijk",
        "nee",
    )


def test_placing_again_changes_nothing_and_the_worker_does_it_too(
    town: House, world: World
) -> None:
    run_due_jobs(town)
    with at_work(town) as (session, scope):
        assert questions.place_new(town, session, scope.dossier.id) == 0
        assert session.query(QuestionPlace).count() == 3
    world.shows(FEED, post("5", f"{AGAIN}?", NOW))
    the.told(town).say[f"{AGAIN}?"] = asks("aantal")
    fetch(town)
    assert lines(town)[f"{AGAIN}?"].n == 3


def test_the_report_counts_them_and_opens_them(town: House) -> None:
    the.at(town, NOW + timedelta(days=1))
    block = the.edition(town, DAY).document["blocks"]["informatiebehoefte"]
    [one] = block["clusters"]["list"]
    assert (one["n"], one["label"], one["paraphrase"]) == (2, "Aantal mensen", "")
    assert block["clusters"]["distinct"] == 2
    assert verify(town)["different"] == []


def test_a_wording_reaches_the_draft_that_waits_and_not_an_approved_one(town: House) -> None:
    adviser = the.person(town).user_id
    the.at(town, NOW + timedelta(days=1))
    the.edition(town, DAY)
    name = lines(town)[AGAIN].name
    with at_work(town) as (session, scope):
        describe(session, scope, name, "Hoeveel plekken komen er?")
    assert _paraphrases(town) == ["Hoeveel plekken komen er?"]
    the.approve(town, DAY, adviser)
    with at_work(town) as (session, scope):
        describe(session, scope, name, "Anders gezegd", version=2)
    assert _paraphrases(town) == ["Hoeveel plekken komen er?"]
    assert verify(town)["different"] == []


def test_the_words_of_a_rare_question_reach_the_draft_that_waits_too(town: House) -> None:
    the.at(town, NOW + timedelta(days=1))
    before = the.edition(town, DAY).document
    with at_work(town) as (session, scope):
        describe(session, scope, _name_of(session, scope, COST), "Wat kost het?")
    assert _paraphrases(town) == ["", "Wat kost het?"]
    after = the.edition(town, DAY).document
    assert (after["hash"], after["counts"]) == (before["hash"], before["counts"])
    assert verify(town)["different"] == []


def _name_of(session: Session, scope: access.Scope, text: str) -> str:
    found = rows.placed(session, scope.dossier.id, 10)
    return next(one.cluster for one in found if one.text == text)


def _paraphrases(house: House) -> list[str]:
    block = the.edition(house, DAY).document["blocks"]["informatiebehoefte"]
    return [one["paraphrase"] for one in block["clusters"]["list"]]


def describe(
    session: Session, scope: access.Scope, name: str, words: str, theme: str = "", version: int = 1
) -> None:
    questions.describe(session, scope, name, paraphrase=words, theme=theme, version=version)


@pytest.mark.parametrize(
    ("words", "theme", "field"),
    [
        (MANY.upper(), "", "paraphrase"),
        ("x" * 301, "", "paraphrase"),
        ("40% van de inwoners vraagt dit", "", "paraphrase"),
        ("Hoeveel plekken?", "bestaat-niet", "theme"),
    ],
)
def test_a_wording_that_cannot_stand_is_refused(
    town: House, words: str, theme: str, field: str
) -> None:
    name = lines(town)[AGAIN].name
    with at_work(town) as (session, scope):
        with pytest.raises(InvalidInput) as refused:
            describe(session, scope, name, words, theme)
        assert refused.value.facts["field"] == field
        assert _row(session, name).paraphrase == ""


def test_a_theme_of_a_person_goes_with_every_question_of_the_cluster(
    town: House, world: World
) -> None:
    name = lines(town)[AGAIN].name
    with at_work(town) as (session, scope):
        describe(session, scope, name, "", "locatie")
    world.shows(FEED, post("5", f"{AGAIN}?", NOW))
    the.told(town).say[f"{AGAIN}?"] = asks("aantal")
    fetch(town)
    line = lines(town)[f"{AGAIN}?"]
    assert (line.theme, line.by_person, line.n) == ("locatie", True, 3)
    labels.relabel(town, DOSSIER)
    lines(town)
    with town.database.read() as session:
        themes = {hit.theme for hit in session.query(Hit).filter(Hit.is_question)}
        assert themes == {"locatie", "kosten"}
    the.at(town, NOW + timedelta(days=1))
    asked = the.edition(town, DAY).document["blocks"]["informatiebehoefte"]["questions"]
    assert {one["theme"]: one["n"] for one in asked} == {"locatie": 3, "kosten": 1}
    assert verify(town)["different"] == []


def test_people_put_together_and_the_words_stay(town: House) -> None:
    found = lines(town)
    with at_work(town) as (session, scope):
        describe(session, scope, found[COST].name, "Wat kost het?", "kosten")
        questions.merge(town, session, scope, found[AGAIN].name, found[COST].name, 1)
    [line] = lines(town).values()
    assert (line.n, line.paraphrase, line.theme) == (3, "Wat kost het?", "kosten")
    with town.database.read() as session:
        [pair] = questions.examples(session, the.dossier_of(session).id)
        assert pair[:3] == (key(town, MANY), key(town, COST), True)


def test_people_take_apart_and_what_is_alike_follows(town: House, world: World) -> None:
    name = lines(town)[AGAIN].name
    with at_work(town) as (session, scope):
        fresh = questions.split(town, session, scope, name, [key(town, AGAIN)], 1)
    world.shows(FEED, post("5", f"{AGAIN}?", NOW))
    the.told(town).say[f"{AGAIN}?"] = asks("aantal")
    fetch(town)
    found = lines(town)
    assert found[f"{AGAIN}?"].name == fresh != name
    assert (found[f"{AGAIN}?"].n, found[MANY].n) == (2, 1)
    with town.database.read() as session:
        [pair] = session.query(QuestionPair)
        assert not pair.same


def test_the_first_of_a_cluster_can_be_taken_out_too(town: House) -> None:
    name = lines(town)[AGAIN].name
    with at_work(town) as (session, scope):
        fresh = questions.split(town, session, scope, name, [key(town, MANY)], 1)
    assert fresh == key(town, MANY)[16:32]
    assert lines(town)[AGAIN].name == name


def test_what_cannot_be_merged_or_split_says_why_and_changes_nothing(town: House) -> None:
    found = lines(town)
    one, other = found[AGAIN].name, found[COST].name
    both = [key(town, MANY), key(town, AGAIN)]
    tries: list[tuple[type[Exception], Any]] = [
        (InvalidInput, lambda s, at: questions.merge(town, s, at, one, one, 1)),
        (NotFound, lambda s, at: questions.merge(town, s, at, one, "0" * 16, 1)),
        (Conflict, lambda s, at: questions.merge(town, s, at, one, other, 7)),
        (InvalidInput, lambda s, at: questions.split(town, s, at, one, both, 1)),
        (InvalidInput, lambda s, at: questions.split(town, s, at, one, [], 1)),
        (InvalidInput, lambda s, at: questions.split(town, s, at, one, [key(town, COST)], 1)),
        (Conflict, lambda s, at: questions.split(town, s, at, one, both[:1], 7)),
        (NotFound, lambda s, at: questions.line(town, s, at, "0" * 16)),
    ]
    for error, attempt in tries:
        with at_work(town) as (session, scope), pytest.raises(error):
            attempt(session, scope)
    assert lines(town) == found


def test_an_erased_post_leaves_its_cluster_and_the_last_takes_it_along(town: House) -> None:
    found = lines(town)
    with at_work(town) as (session, scope):
        questions.split(town, session, scope, found[AGAIN].name, [key(town, AGAIN)], 1)
    for text in (AGAIN, COST):
        with town.database.write() as session:
            hit = session.query(Hit).filter_by(post_key=key(town, text)).one()
            post_rows.remove_hit(session, hit, kind="subject", reason="verzoek", at=NOW)
    with town.database.read() as session:
        assert session.query(QuestionCluster).count() == 1
        assert session.query(QuestionPlace).count() == 1
        assert session.query(QuestionPair).count() == 0


def test_a_dossier_that_is_over_keeps_no_cluster(town: House) -> None:
    lines(town)
    the.at(town, NOW + timedelta(days=1200))
    retain(town, dry_run=False)
    with town.database.read() as session:
        assert session.query(Hit).count() == 0
        assert session.query(QuestionCluster).count() == 0


def test_a_returning_word_becomes_a_theme_with_its_questions(town: House, world: World) -> None:
    texts = [f"{words} in Rietmeer bij de opvang?" for words in (
        "Wie ruimt de kermis op", "Gaat onze kermis door", "Staat er dan nog kermis op het plein")]  # fmt: skip
    the.told(town).say |= {text: asks("overig") for text in texts}
    world.shows(FEED, *(post(f"k{at}", text, NOW) for at, text in enumerate(texts)))
    fetch(town)
    with at_work(town) as (session, scope):
        words = [one.word for one in question_themes.suggested(session, scope.dossier.id)]
        assert "kermis" in words
        assert "opvang" not in words
        assert question_themes.adopt(session, scope, "kermis", "De kermis") == 3
        with pytest.raises(NotFound):
            question_themes.adopt(session, scope, "kermis", "Nog eens")
    assert {line.theme for text, line in lines(town).items() if "kermis" in text} == {"de-kermis"}
    with at_work(town) as (session, scope):
        assert question_themes.themes(session, scope.dossier.id)["de-kermis"] == "De kermis"


def test_a_label_of_a_person_takes_a_post_out_of_the_count(town: House) -> None:
    lines(town)
    the.person_labels(town, "2")
    assert lines(town)[MANY].n == 1
