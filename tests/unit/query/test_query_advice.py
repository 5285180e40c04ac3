"""Lint and searches at the source: what is flagged, where, with which fix and count."""

from __future__ import annotations

import json

import pytest

from query import Document, check, compile_query, templates
from query.advice import Advice, lint
from query.segment import Segment
from query.targets import exports
from query.targets.x import LONGEST

RIETMEER = {
    "plaatsnaam": ["Rietmeer"], "opvanglocatie": ["De Zonnehoek"], "straatnaam": ["Molenweg"],
    "bijnaam plaats": ["'t Riet"], "gemeentenaam": ["gemeente Rietmeer"],
    "naam burgemeester": ["Jan Terpstra"], "twitteraccount gemeente": ["@gemrietmeer"],
}  # fmt: skip
POSTS = [
    Document(text)
    for text in [
        *["noodopvang in Best", "kinderopvang in Best, azc", "een best bericht"] * 20,
        *["mooi weer vandaag"] * 60,
        *["opvang in Best"] * 5,
    ]
]


def told(
    query: str, *, posts: bool = False, terms: dict[str, list[str]] | None = None
) -> list[Advice]:
    found = lint(compile_query(query, terms), POSTS if posts else ())
    return [one for one in found if one.code != "source-search"]


CASES = [
    ("azc AND best", "ordinary-place", 8, 4, "azc AND {Best}"),
    ("azc OR IND", "short-capitals", 7, 3, "azc OR {IND}"),
    ("opvang* OR azc", "compound-gap", 0, 7, "*opvang* OR azc"),
    ("opvang* OR opvangen OR azc", "subsumed", 11, 8, "opvang* OR azc"),
    ("azc OR opvang OR azc", "subsumed", 17, 3, "azc OR opvang"),
    ("azc NOT az*", "contradiction", 0, 3, None),
    ("riet AND (azc OR coa) NOT (coa OR azc)", "contradiction", 10, 10, None),
    ("azc OR @pietpuk", "private-handle", 7, 8, "azc"),
    ('azc OR "jan de vries"', "private-person", 7, 14, "azc"),
    ("azc OR {Jan Jansen}", "private-person", 7, 12, "azc"),
    ("azc AND (jan NEAR/1 jansen)", "private-person", 9, 17, None),
    ("azc and opvang", "lower-operator", 4, 3, "azc AND opvang"),
    ("azc OF opvang", "dutch-operator", 4, 2, "azc OR opvang"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "code", "offset", "length", "fix"), CASES)
def test_a_doubtful_term_is_flagged_at_its_place(
    query: str, code: str, offset: int, length: int, fix: str | None
) -> None:
    found = {(one.code, one.offset, one.length): one for one in told(query)}
    advice = found[code, offset, length]
    assert advice.fix == fix
    assert advice.count is None
    assert advice.message.endswith(".")
    if fix is not None:
        assert check(fix).ok


@pytest.mark.parametrize(
    "query",
    ["azc* AND rietmeer", '"jan van galenstraat"', '"burgemeester jan jansen"', "burgemeester NEAR/1 jan",
     "{IND}", "AZC*", "azc NOT kinderopvang", "(azc OR coa) NOT azc", "amv*"],
)  # fmt: skip
def test_a_good_term_is_left_alone(query: str) -> None:
    assert told(query) == []


def test_posts_give_counts_and_say_what_never_hits() -> None:
    query = "(opvang* OR azc OR statushouder) AND best NOT (kinderopvang OR gastouder)"
    found = {(one.code, one.offset): one.count for one in told(query, posts=True)}
    assert found == {
        ("compound-gap", 1): 20,
        ("never-hits", 19): 0,
        ("ordinary-place", 37): 65,
        ("too-broad", 37): 65,
        ("removed", 47): 20,
        ("idle-not", 63): 0,
    }
    assert told(query, posts=True) == [
        one
        for one in lint(compile_query(query), Segment.build(POSTS))
        if one.code != "source-search"
    ]


def test_a_whole_query_may_be_too_broad_or_find_nothing() -> None:
    broad = [one for one in told("best OR weer", posts=True) if one.length == 12]
    assert [(one.code, one.count) for one in broad] == [("too-broad", 125)]
    assert told("azc AND weer", posts=True)[0].code == "never-hits"


def test_accounts_and_persons_on_a_list_are_not_flagged() -> None:
    query = compile_query('@pietpuk OR "jan jansen"')
    codes = [one.code for one in lint(query, public=["pietpuk", "jan jansen"])]
    assert not {"private-handle", "private-person"} & set(codes)


def test_values_are_looked_at_too_but_a_mayor_is_no_private_person() -> None:
    text = templates.get("klankbord-2026").text
    assert "private-person" not in [one.code for one in told(text, terms=RIETMEER)]
    other = {**RIETMEER, "bijnaam plaats": ["Piet Jansen"], "plaatsnaam": ["Houten"]}
    codes = [one.code for one in told(text, terms=other)]
    assert codes.count("private-person") == 1
    assert "ordinary-place" in codes
    assert "private-handle" not in codes
    json.dumps([one.as_json() for one in told(text, terms=other)])


def test_x_gets_the_handreiking_string_in_pieces_that_fit() -> None:
    mastodon, bluesky, x = exports(compile_query(templates.get("handreiking-2016").text, RIETMEER))
    assert all(len(search.text) <= LONGEST and "*" not in search.text for search in x.queries)
    assert len(x.queries) == 2
    assert all("-kinderopvang" in search.text for search in x.queries)
    missed = [loss for loss in x.losses if loss.kind == "missed"]
    assert len(missed) == 23
    assert ("azc*", "de bron vindt alleen azc zelf, zonder * erbij") in [
        (loss.leaf, loss.message) for loss in missed
    ]
    assert [search.text for search in bluesky.queries] == [
        "rietmeer", '"de zonnehoek"', "molenweg", '"t riet"', '"gemeente rietmeer"', '"jan terpstra"',
        "@gemrietmeer",
    ]  # fmt: skip
    assert {loss.kind for loss in bluesky.losses} == {"extra"}
    assert mastodon.queries[-1].tags == ("rietmeer", "molenweg")
    json.dumps([one.as_json() for one in (mastodon, bluesky, x)])


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("azc NOT (nieuws OR opvang*)", ["azc -nieuws"]),
        ("lang:nl AND azc", ["lang:nl azc"]),
        ("site:ad.nl AND azc", ["azc"]),
        ('{IND} AND "a b"~2 AND #x', ['IND "a b" #x']),
        ("azc NEAR/3 (riet OR raad)", ["azc (riet OR raad)"]),
        ("a?c", []),
        ("(azc AND riet) OR raad", ["(azc OR raad)"]),
    ],
)
def test_what_x_would_run(query: str, texts: list[str]) -> None:
    x = exports(compile_query(query))[2]
    assert [search.text for search in x.queries] == texts


def test_a_huge_place_list_is_cut_and_the_loss_told() -> None:
    values = {"straatnaam": [f"straatnummer {n} noord" for n in range(5_000)]}
    for target in exports(compile_query("azc AND <straatnaam>", values)):
        assert len(target.queries) <= 400
        assert target.losses or target.target != "x"
