"""Tuning: what an edit gains and loses, what terms bring, what is missed and which terms would help."""

from __future__ import annotations

import json
import math
import time

import pytest

from query import Document, compile_query, templates
from query.advice import lint
from query.archive import Archive
from query.difference import difference, term_yields
from query.recall import Stratum, estimate, interval
from query.suggest import suggestions

POSTS = [
    Document(text)
    for text in [
        "azc in Rietmeer",
        "opvang in Rietmeer",
        "kinderopvang in Rietmeer vol",
        "opvang en azc in Rietmeer",
        "flexwoningen in Rietmeer",
        "flexwoning aan de Molenweg in Rietmeer",
        "opvang voor egels in Rietmeer",
        *[f"mooi weer {n}" for n in range(200)],
    ]
]
ARCHIVE = Archive.build(POSTS, 50)
OLD = compile_query("(azc OR opvang) AND rietmeer")


def test_a_difference_names_the_posts_and_the_terms_responsible() -> None:
    new = compile_query("(azc OR *opvang OR flexwoning*) AND rietmeer NOT egels")
    found = difference(OLD, new, ARCHIVE)
    assert (found.before, found.after) == (4, 6)
    assert (found.gained, found.lost) == ((2, 4, 5), (6,))
    assert [(one.leaf, one.why, one.posts) for one in found.gained_by] == [
        ("flexwoning*", "added", 2), ("*opvang", "added", 1),
    ]  # fmt: skip
    assert [(one.leaf, one.why, one.posts) for one in found.lost_by] == [
        ("opvang", "dropped", 1), ("egels", "taken", 1),
    ]  # fmt: skip
    back = difference(new, OLD, ARCHIVE)
    assert (back.gained, back.lost) == (found.lost, found.gained)
    assert ("egels", "lifted", 1) in [(one.leaf, one.why, one.posts) for one in back.gained_by]
    json.dumps(found.as_json())


def test_equal_queries_differ_in_nothing() -> None:
    found = difference(OLD, compile_query("rietmeer AND (opvang OR azc)"), ARCHIVE)
    assert (found.gained, found.lost, found.gained_by, found.lost_by) == ((), (), (), ())


def test_the_yield_of_a_term_says_what_would_go_without_it() -> None:
    found = [(one.leaf, one.posts, one.alone, one.noise) for one in term_yields(OLD, ARCHIVE, [6])]
    assert found == [("azc", 2, 1, 0), ("opvang", 3, 2, 1), ("rietmeer", 4, 4, 1)]


def test_the_yield_in_a_group_of_groups_is_what_the_group_would_lose() -> None:
    query = compile_query("(azc AND rietmeer) OR (opvang AND egels) OR (flexwoning NOT weer)")
    found = {one.leaf: (one.posts, one.alone) for one in term_yields(query, ARCHIVE)}
    assert found == {
        "azc": (2, 2), "rietmeer": (4, 2), "opvang": (2, 1), "egels": (1, 1), "flexwoning": (1, 1),
    }  # fmt: skip


def test_twenty_thousand_values_are_no_reason_to_wait() -> None:
    values = {"straatnaam": [f"straat{n}" for n in range(9_999)] + ["Molenweg"]}
    old = compile_query("(azc OR flexwoning) AND <straatnaam>", values)
    new = compile_query("(azc OR flexwoning*) AND <straatnaam>", {"straatnaam": ["Molenweg", "x"]})
    began = time.process_time()
    assert difference(old, new, ARCHIVE).gained == ()
    assert [one.posts for one in term_yields(old, ARCHIVE) if one.posts] == [1, 1]
    (idle,) = [one for one in lint(old, ARCHIVE) if one.code == "never-hits"]
    assert "straat4 en 9994 andere" in idle.message
    assert time.process_time() - began < 20  # a few seconds on a quiet machine


def test_missed_texts_suggest_the_terms_that_they_share() -> None:
    missed = [
        Document("Waar komen de flexwoningen in Rietmeer"),
        Document("Nog meer flexwoning nieuws uit Rietmeer"),
        Document("opvang in Rietmeer"),
        Document("helemaal iets anders"),
    ]
    first, *_ = suggestions(OLD, missed, ARCHIVE)
    assert (first.term, first.texts, first.adds) == ("flexwon*", 2, 2)
    assert first.fix == "(azc OR opvang OR flexwon*) AND rietmeer"
    assert compile_query(first.fix).match(missed[0]).matched
    assert OLD.text[first.offset : first.offset + first.length] == "azc OR opvang"


def test_a_lone_term_gets_brackets_and_a_list_of_values_no_fix() -> None:
    lone = suggestions(
        compile_query("azc AND rietmeer"), [Document("flexwoning rietmeer")], ARCHIVE
    )
    assert lone[0].fix is not None
    assert lone[0].fix.startswith("(azc OR flexw")
    places = compile_query("flexwoning* AND <plaatsnaam>", {"plaatsnaam": ["Nergens", "Ergens"]})
    found = suggestions(places, [Document("flexwoning Molenweg")], ARCHIVE)
    assert [(one.fix, one.adds) for one in found if one.term == "molenweg"] == [(None, 1)]


@pytest.mark.parametrize(
    ("relevant", "judged", "low", "high"),
    [
        (0, 0, 0, 1),
        (0, 1, 0, 1),
        (0, 100, 0, 0.03),
        (100, 100, 0.97, 1),
        (1, 10, 0.0179, 0.4042),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_the_interval_is_wilson_s_and_for_nought_the_rule_of_three(
    relevant: int, judged: int, low: float, high: float
) -> None:
    assert interval(relevant, judged) == pytest.approx((low, high), abs=5e-4)


def test_strata_are_weighed_by_their_size_and_by_the_rate_of_the_buffer() -> None:
    found = estimate(
        90, [Stratum("plaats", 200, 100, 10), Stratum("geen van beide", 3_000, 150, 0, rate=0.5)]
    )
    assert found.missed == pytest.approx(20)
    assert found.recall == pytest.approx(90 / 110)
    low, high = interval(10, 100)
    assert found.missed_low == pytest.approx(200 * low)
    assert found.missed_high == pytest.approx(20 + math.hypot(200 * (high - 0.1), 6_000 * 3 / 150))
    assert found.recall_low is not None
    assert found.recall_high is not None
    assert found.recall_low < found.recall < found.recall_high
    assert "50 %" in found.text
    json.dumps(found.as_json())


def test_nothing_missed_is_an_upper_bound_and_nothing_judged_no_recall() -> None:
    assert estimate(10, [Stratum("geen", 600, 300, 0)]).text == (
        "Geen gemiste berichten in 300 beoordeelde; hoogstens 6 (95 %)."
    )
    assert estimate(10, []).recall is None
    assert estimate(0, [Stratum("geen", 0, 0, 0), Stratum("een", 3, 3, 0)]).recall is None
    with pytest.raises(ValueError, match="geen"):
        Stratum("geen", 10, 5, 6)


def test_a_newer_template_is_noticed() -> None:
    shipped = templates.get("klankbord-2026")
    assert templates.newer("klankbord-2026", shipped.version) is None
    assert templates.newer("onbekend", 0) is None
    notice = templates.newer("klankbord-2026", shipped.version - 1)
    assert notice is not None
    assert notice.version == shipped.version
    assert [change.version for change in notice.changes] == [shipped.version]
