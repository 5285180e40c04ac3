"""Why a text matches, and the smallest set of reasons why it does not."""

from __future__ import annotations

import json

import pytest

from query import Document, compile_query, templates
from query.explain import explain

RIETMEER = {
    "plaatsnaam": ["Rietmeer"], "opvanglocatie": ["De Zonnehoek"], "straatnaam": ["Molenweg"],
    "bijnaam plaats": ["'t Riet"], "gemeentenaam": ["gemeente Rietmeer"],
    "naam burgemeester": ["Terpstra"], "twitteraccount gemeente": ["@gemrietmeer"],
}  # fmt: skip
HANDREIKING = compile_query(templates.get("handreiking-2016").text, RIETMEER)


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("azc aan de Molenweg", "`azc*` op positie 0; `molenweg` op positie 11"),
        ("nieuw azc en ook nog buitenschoolse kinderopvang", "geen plaatsterm; "
         "uitgesloten door `kinderopvang` op positie 36; uitgesloten door `buitenschoolse` op positie 21"),
        ("alles over Rietmeer", "geen onderwerpterm"),
        ("mooi weer", "geen onderwerpterm; geen plaatsterm"),
        ("azc in Rietmeer #nieuws", "uitgesloten door `#nieuws` op positie 16"),
    ],
)  # fmt: skip
def test_the_handreiking_string_says_why(text: str, summary: str) -> None:
    told = explain(HANDREIKING, Document(text))
    assert told.summary == summary
    assert told.matched is HANDREIKING.match(Document(text)).matched
    assert told.matched is (not told.causes)
    json.dumps(told.as_json())


@pytest.mark.parametrize(
    ("query", "text", "summary"),
    [
        ("azc NEAR/1 raad", "azc en de raad", "te ver uit elkaar: `azc NEAR/1 raad` op positie 0 en op positie 10"),
        ("azc NEAR/1 raad", "azc", "geen `raad`"),
        ("(azc AND riet) OR (opvang AND raad AND plan)", "opvang en raad", "geen `plan`"),
        ("(azc AND riet) OR opvang", "niets", "geen `azc` of `riet` of `opvang`"),
        ("a OR b OR c OR d OR e", "x", "geen `a`, `b`, `c` en 2 andere"),
        ("a NOT (b AND c)", "a b c", "uitgesloten door `b` of `c` op positie 2 en op positie 4"),
        ("<eigen> AND a", "a", "geen <eigen>"),
        ("lang:nl", "a", "geen `lang:nl`"),
    ],
)  # fmt: skip
def test_a_miss_names_what_is_nearest_to_a_match(query: str, text: str, summary: str) -> None:
    assert explain(compile_query(query, {"eigen": ["x", "y"]}), Document(text)).summary == summary


def test_a_match_gives_the_spans_of_each_group() -> None:
    told = explain(HANDREIKING, Document("opvang en azc, Molenweg", "Terpstra"))
    assert [(group.name, [span.leaf for span in group.spans]) for group in told.groups] == [
        ("onderwerpterm", ["opvang*", "azc*"]), ("plaatsterm", ["molenweg", "terpstra"]),
    ]  # fmt: skip
    assert told.groups[1].spans[1].in_title
    assert HANDREIKING.text[told.groups[0].offset :].startswith("allocht*")
