"""Backtests: counts, newest posts, what each leaf holds and what each NOT took off."""

from __future__ import annotations

import json

import pytest

from query import Document, compile_query
from query.archive import TAIL, Archive
from query.segment import Segment

POSTS = [
    Document("azc in Rietmeer"),
    Document("kinderopvang in Rietmeer"),
    Document("opvang en kinderopvang in Rietmeer, egelopvang ook"),
    Document("opvang voor egels in Rietmeer egelopvang"),
    Document("opvang in Rietmeer", "Raad over azc"),
    Document("hallo @gem.riet en #azcnee"),
    Document("Syrië 🏠 https://voorbeeld.example/opvang"),
]
QUERY = compile_query("(azc* OR opvang*) AND rietmeer NOT (kinderopvang OR egelopvang)")


@pytest.mark.parametrize("size", [2, 3, 50])
def test_a_preview_counts_and_gives_the_newest_first(size: int) -> None:
    archive = Archive.build(POSTS, size)
    found = archive.preview(QUERY, 1)
    assert (found.count, found.posts, found.newest) == (2, len(POSTS), (4,))
    assert archive.numbers(QUERY) == [0, 4]
    assert archive.document(4).title == "Raad over azc"
    assert [archive.document(n) for n in range(len(archive))] == POSTS


def test_details_say_what_each_leaf_holds_and_each_not_took_off() -> None:
    found = Archive((Segment.build(POSTS[:4]),), tuple(POSTS[4:])).preview(QUERY, details=True)
    assert [(leaf.leaf, leaf.posts, leaf.matched) for leaf in found.leaves] == [
        ("azc*", 3, 2), ("opvang*", 3, 1), ("rietmeer", 5, 2),
    ]  # fmt: skip
    assert [(one.leaf, one.posts, one.alone) for one in found.removed] == [
        ("kinderopvang", 1, 0), ("egelopvang", 2, 1),
    ]  # fmt: skip
    json.dumps(found.as_json())


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("@gem", [5]), ("gem", []), ('"hallo gem*"', [5]), ("#azc*", [5]), ("azc*", [0, 4, 5]),
        ("title:azc", [4]), ('title:"raad over"', [4]), ("title:opvang", []), ("🏠", [6]),
        ("url:opvang", [6]), ("*opvang", [1, 2, 3, 4]), ("{Syrië}", [6]), ("{syrië}", []),
        ("opvang NEAR/1 rietmeer", [4]), ('"opvang rietmeer"~1', [4]), ("lang:nl", []),
        ('"rietmeer raad"', []), ("?zc", [0, 4]),
    ],
)  # fmt: skip
def test_a_segment_answers_every_kind_of_leaf(query: str, numbers: list[int]) -> None:
    assert Archive((Segment.build(POSTS),)).numbers(compile_query(query)) == numbers


def test_newer_posts_wait_in_the_tail_until_they_are_worth_a_segment() -> None:
    archive = Archive.build(POSTS, 3)
    longer = archive.with_posts([Document("azc rietmeer nu")])
    assert (len(archive), len(longer)) == (7, 8)
    assert longer.preview(QUERY).newest == (7, 4, 0)
    grown = longer.with_posts([Document(f"gewoon {n}") for n in range(TAIL)])
    assert grown.tail == ()
    assert grown.preview(QUERY).newest == (7, 4, 0)


def test_a_deletion_rebuilds_one_segment_and_leaves_the_old_archive() -> None:
    archive = Archive.build(POSTS, 3)
    left = archive.without([0, 6])
    assert left.numbers(QUERY) == [3]
    assert left.segments[1] is archive.segments[1]
    assert archive.numbers(QUERY) == [0, 4]


def test_an_empty_archive_finds_nothing() -> None:
    assert Archive().preview(QUERY, details=True).count == 0
    assert Archive.build([]).numbers(QUERY) == []
    assert Segment.build([Document("")]).posts(QUERY.tree).tolist() == [False]
