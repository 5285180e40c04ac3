"""Questions that one answer serves come together; people's merges and splits win."""

from __future__ import annotations

from analysis.questions import Question, asked, cluster, retitled, suggestions

QUESTIONS = [
    Question("a", "Hoeveel mensen komen er in het oude gemeentehuis?", "aantal"),
    Question("b", "hoeveel mensen komen er nou in het oude gemeentehuis??", "aantal"),
    Question("c", "Waarom is de sporthal niet onderzocht?", "andere-locatie"),
    Question("d", "Wat kost de verbouwing?", "kosten"),
    Question("e", "Wie ruimt de kermis op?", "overig"),
    Question("f", "Gaat de kermis door?", "overig"),
    Question("g", "Is er dit jaar weer kermis op het plein?", "overig"),
]


def test_near_duplicates_of_one_theme_are_one_cluster() -> None:
    first = cluster(QUESTIONS)[0]
    assert first.ids == ("a", "b")
    assert first.n == 2
    assert first.theme == "aantal"
    assert not first.political
    assert first.examples[0] == "a"


def test_a_question_asked_once_is_a_cluster_like_any_other() -> None:
    found = {c.ids: c for c in cluster(QUESTIONS)}
    assert found["c",].political
    assert not found["d",].political
    assert sum(c.n for c in found.values()) == len(QUESTIONS)


def test_the_order_of_the_posts_does_not_matter() -> None:
    assert cluster(QUESTIONS[::-1]) == cluster(QUESTIONS)


def test_people_merge_and_split() -> None:
    merged = cluster(QUESTIONS, merged=[("c", "d"), ("c", "weg")])
    assert ("c", "d") in {c.ids for c in merged}
    split = cluster(QUESTIONS, split=[("a", "b")])
    assert ("a",) in {c.ids for c in split}
    both = cluster(QUESTIONS, merged=[("a", "b")], split=[("b", "a")])
    assert ("a",) in {c.ids for c in both}


def test_only_the_asking_sentences_are_compared() -> None:
    assert asked("Boos ben ik. Wie betaalt dit? Nou.") == "Wie betaalt dit?"
    assert asked("weet iemand wanneer") == "weet iemand wanneer"


def test_a_word_that_returns_outside_the_themes_is_suggested() -> None:
    [found] = suggestions(QUESTIONS)
    assert found.word == "kermis"
    assert found.ids == ("e", "f", "g")
    assert retitled(cluster(QUESTIONS)[0], "besluit").political
