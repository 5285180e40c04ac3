"""Standing queries: shared, swapped whole, and decided by the fast path where the wheel is present."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from query import Document, compile_query, templates
from query.engine import SMALLEST, Engine
from query.scanning import available

POSTS = [
    Document("Azc aan de Molenweg"), Document("kinderen vinden het best"), Document("een 🏠 in Rietmeer"),
    Document("opvang in Rietmeer", "AZC"), Document("مرحبا azc"), Document(""),
]  # fmt: skip
FILLERS = [Document(f"gewoon bericht {n}") for n in range(SMALLEST)]
QUERIES = {
    "plaats": compile_query("azc* AND (molenweg OR rietmeer)"),
    "kort": compile_query("{IND} OR coa OR 'n"),
    "emoji": compile_query("🏠"),
    "titel": compile_query("title:azc NOT molenweg"),
    "taal": compile_query("lang:nl"),
    "azc": compile_query("azc"),
}


def told(engine: Engine[str]) -> list[list[str]]:
    return [sorted(keys) for keys in engine.hits([*POSTS, *FILLERS])[: len(POSTS)]]


@pytest.mark.parametrize("fast", [False, True])
def test_every_query_finds_its_own_posts(fast: bool) -> None:
    engine = Engine.build(QUERIES, fast=fast)
    assert told(engine) == [
        ["azc", "plaats"], [], ["emoji"], ["azc", "plaats", "titel"], ["azc"], [],
    ]  # fmt: skip
    verdict = engine.match([*POSTS, *FILLERS])[3]["plaats"]
    assert [(span.leaf, span.in_title) for span in verdict.spans] == [
        ("rietmeer", False), ("azc*", True),
    ]  # fmt: skip


def test_a_query_of_fields_alone_is_asked_of_every_post() -> None:
    posts = [*POSTS, *FILLERS, Document("iets", fields={"lang": ("nl",)})]
    assert [keys for keys in Engine.build(QUERIES).hits(posts) if "taal" in keys] == [("taal",)]


def test_another_engine_leaves_the_one_in_use_as_it_was() -> None:
    first = Engine.build(QUERIES)
    second = first.with_query("azc", compile_query("molenweg"))
    third = second.without("plaats")
    assert told(first)[0] == ["azc", "plaats"]
    assert told(second)[3] == ["plaats", "titel"]
    assert told(second)[0] == ["azc", "plaats"]
    assert told(third)[0] == ["azc"]
    with pytest.raises(KeyError):
        third.without("plaats")
    assert told(third.with_query("plaats", QUERIES["plaats"])) == told(second)


def test_an_engine_that_changes_all_day_stays_right() -> None:
    engine = Engine.build(QUERIES)
    for number in range(200):
        engine = engine.with_query("azc", compile_query(f"woord{number} OR azc"))
    assert told(engine) == told(Engine.build(QUERIES))
    assert len(engine.plan.clues) < 200


def test_the_fast_path_decides_most_posts_where_the_wheel_is() -> None:
    engine = Engine.build(QUERIES)
    engine.hits([*POSTS, *FILLERS])
    tally = engine.tally
    assert tally.scanned + tally.by_token == len(POSTS) + len(FILLERS)
    if available():
        assert tally.scanned >= len(FILLERS)
    assert tally.by_token >= 1  # the Arabic post
    assert tally.matched == 7
    slow = Engine.build(QUERIES, fast=False)
    slow.hits(POSTS)
    assert (slow.tally.scanned, slow.tally.by_token) == (0, len(POSTS))


def test_a_change_among_hundreds_takes_well_under_a_second() -> None:
    text = templates.get("handreiking-2016").text
    names = {
        f"dorp{n}": compile_query(
            text.replace("<naam burgemeester>", f'"burgemeester{n}"'),
            {
                "plaatsnaam": [f"dorp{n}"],
                "opvanglocatie": [f"hotel dorp{n}"],
                "straatnaam": [f"weg{n}"],
                "bijnaam plaats": [f"dorpje{n}"],
                "gemeentenaam": [f"gemeente dorp{n}"],
                "twitteraccount gemeente": [f"gemdorp{n}"],
            },
        )
        for n in range(120)
    }
    engine = Engine.build(names)
    began = time.process_time()
    engine = engine.with_query("dorp5", names["dorp7"])
    assert time.process_time() - began < 0.5
    found = engine.hits([Document("azc in dorp7"), Document("azc in dorp5"), *FILLERS])
    assert [sorted(keys) for keys in found[:2]] == [["dorp5", "dorp7"], []]


def test_one_engine_serves_many_threads() -> None:
    engine = Engine.build(QUERIES)
    expected = told(engine)
    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(lambda _: told(engine), range(40)))


def test_without_the_wheel_an_engine_keeps_to_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("query.engine.available", lambda: False)
    engine = Engine.build(QUERIES)
    assert not engine.fast
    assert not Engine.build(QUERIES, fast=True).fast
    assert told(engine.with_query("nieuw", QUERIES["azc"]).without("nieuw")) == told(engine)
