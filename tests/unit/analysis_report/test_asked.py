"""What was asked, in the report: every theme, the questions that came back, a person's words (R31)."""

from __future__ import annotations

from typing import Any

from analysis import asked
from analysis.behind import Edition, behind
from analysis.records import INFORMATION_NEED, ReportPost
from analysis.recount import document_seal
from tests.unit.analysis_report.test_measures import WINDOW, row


def question(key: str, asks: str | None, theme: str | None = "kosten", **more: Any) -> ReportPost:
    return row(key, "I1", is_question=True, theme=theme, asks=asks, **more)


ROWS = [
    question("1", "geld"),
    question("2", "geld"),
    question("3", "geld", None),
    question("4", "wie", "wie"),
    question("5", "hond", "overig", asked_theme="huisdieren"),
    question("6", "hond", "overig", asked_theme="huisdieren"),
    question("7", "weg", "kosten", status="ruis"),
    row("8", "B1"),
]
TITLES = {"huisdieren": "Huisdieren"}


def returned(**wording: str) -> dict[str, Any]:
    return asked.clusters(ROWS, {"kosten": "ja"}, wording, TITLES)


def test_what_came_back_is_told_with_its_theme_kind_and_answer() -> None:
    found = returned()
    assert (found["distinct"], found["returned"]) == (3, 2)
    first, second = found["list"]
    assert (first["cluster"], first["n"], first["label"]) == ("geld", 3, "Kosten en wie betaalt")
    assert (first["kind"], first["answered"], first["paraphrase"]) == ("feitelijk", "ja", "")
    assert (second["cluster"], second["label"], second["answered"]) == ("hond", "Huisdieren", "nee")


def test_a_question_asked_once_stands_there_when_a_person_put_it_into_words() -> None:
    found = returned(wie="Wie komen er?")
    assert [one["cluster"] for one in found["list"]] == ["geld", "hond", "wie"]
    assert found["list"][2]["paraphrase"] == "Wie komen er?"


def test_no_more_than_five_are_listed_and_how_many_there_are_is_told() -> None:
    rows = [question(f"{name}{n}", name) for name in "abcdefg" for n in range(2)]
    found = asked.clusters(rows, {}, {}, {})
    assert [one["cluster"] for one in found["list"]] == list("abcde")
    assert (found["distinct"], found["returned"]) == (7, 7)
    assert "hieronder de 5 die het meest" in asked.returned_lead(found)


def test_the_lead_says_so_when_nothing_came_back() -> None:
    alone = asked.clusters([question("1", "a"), question("2", "b")], {}, {}, {})
    assert asked.returned_lead(alone) == "verschillende vragen; geen daarvan kwam terug."


def test_themes_follow_a_person_and_every_question_is_in_one() -> None:
    found = {line["theme"]: line["n"] for line in asked.by_theme(ROWS, {}, {}, TITLES)}
    assert found == {"kosten": 2, "wie": 1, "huisdieren": 2, "overig": 1}


def test_rows_of_an_older_release_have_themes_and_no_clusters() -> None:
    old = [question("1", None), question("2", None)]
    assert asked.clusters(old, {}, {}, {}) == {"distinct": 0, "returned": 0, "list": []}
    assert asked.by_theme(old, {}, {}, {})[0]["n"] == 2


def test_the_numbers_open_exactly_what_they_count() -> None:
    edition = Edition(ROWS, WINDOW)
    assert len(behind(edition, "distinct")) == returned()["distinct"]
    for one in returned()["list"]:
        assert len(behind(edition, f"cluster:{one['cluster']}")) == one["n"]
    for line in asked.by_theme(ROWS, {}, {}, TITLES):
        assert len(behind(edition, f"question:{line['theme']}")) == line["n"]


def test_a_draft_shows_the_words_of_now_under_a_new_seal_with_the_same_numbers() -> None:
    draft = {"hash": "h", "blocks": {INFORMATION_NEED: {"n": 6, "clusters": returned()}}}
    draft["seal"] = document_seal(draft)
    said = asked.with_clusters(draft, returned(geld="Wat kost het?"))
    told = said["blocks"][INFORMATION_NEED]["clusters"]["list"]
    assert [one["paraphrase"] for one in told] == ["Wat kost het?", ""]
    assert [one["n"] for one in told] == [3, 2]
    assert said["seal"] == document_seal(said) != draft["seal"]
    assert said["hash"] == "h"


def test_a_draft_of_an_older_release_is_left_alone() -> None:
    draft = {"blocks": {INFORMATION_NEED: {"n": 6}}, "seal": "s"}
    assert asked.with_clusters(draft, returned(geld="Wat kost het?")) == draft
