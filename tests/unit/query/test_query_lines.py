"""`query match`: one answer per line, whatever the line (contracts.md)."""

from __future__ import annotations

import json

import pytest

from query.matching_lines import match_case, match_lines


@pytest.mark.parametrize(
    "line",
    ["geen json", "[]", "12", "null", '"x"', '{"id":1}', '{"id":1,"query":2,"text":"a"}',
     '{"id":1,"query":"a","text":"a","terms":["x"]}', '{"id":1,"query":"a","text":"a","fields":3}',
     '{"id":1,"query":"a","text":"a","title":7}', "[" * 100_000],
)  # fmt: skip
def test_a_bad_line_is_refused_as_a_line(line: str) -> None:
    (answer,) = match_lines([line])
    assert answer["verdict"] == "error"
    assert answer["error"]["code"] == "bad-line"
    assert answer["line"] == 1


def test_lines_keep_their_order_and_number() -> None:
    cases = ['{"id":"a","query":"x","text":"x"}', "?", '{"id":"c","query":"x","text":"y"}']
    answers = list(match_lines(cases))
    assert [(a["id"], a["verdict"], a.get("line")) for a in answers] == [
        ("a", "match", None), (None, "error", 2), ("c", "nomatch", None),
    ]  # fmt: skip


def test_title_and_fields_take_part_but_spans_are_of_the_text() -> None:
    answer = match_case(
        {"id": "a", "query": "raad AND azc AND lang:nl", "text": "het azc", "title": "Raad",
         "fields": {"lang": "nl"}}
    )  # fmt: skip
    assert answer["verdict"] == "match"
    assert answer["spans"] == [{"start": 4, "end": 7, "leaf": "azc"}]


def test_hostile_texts_are_answered() -> None:
    for text in ("\ud800", "a" * 500_000, "😀" * 20_000, "@" * 20_000, "#a" * 20_000):
        answer = match_case({"id": "a", "query": 'azc* OR "a b" OR *x*y*z*', "text": text})
        assert answer["verdict"] in ("match", "nomatch")
        json.dumps(answer)
