"""`klankbord label` line by line: the shape of contracts.md, and hostile input."""

from __future__ import annotations

import json

import pytest

from analysis import labellers
from analysis.labellers.fake import FakeLabeller
from analysis.labelling import BATCH, label_lines
from analysis.records import Labelled

CONTRACT = [
    "id",
    "status",
    "labels",
    "sub_labels",
    "primary",
    "probabilities",
    "sentiment",
    "sentiment_label",
    "stance",
    "emotion",
    "target",
    "purpose",
    "is_question",
    "theme",
    "threat",
    "threat_probability",
    "urgency",
    "irony",
    "terms_used",
    "explanation",
    "labeller",
    "model",
    "guide",
]


def test_an_answer_has_every_field_of_the_contract() -> None:
    line = json.dumps({"id": "p1", "text": "Hoeveel mensen komen er in het azc?"})
    [answer] = label_lines([line], labellers.get("rules"))
    assert set(CONTRACT) <= set(answer)
    assert answer["id"] == "p1"
    assert answer["labels"] == ["informatiebehoefte"]
    assert answer["labeller"] == "rules"
    assert set(answer["explanation"][0]) == {"start", "end", "text", "for"}
    json.dumps(answer, allow_nan=False)


@pytest.mark.parametrize(
    ("line", "id"),
    [
        ("geen json", None),
        ("[1, 2]", None),
        ('"tekst"', None),
        ("[" * 100_000, None),
        ('{"text": "zonder id"}', None),
        ('{"id": null, "text": "a"}', None),
        ('{"id": true, "text": "a"}', None),
        ('{"id": [1], "text": "a"}', None),
        ('{"id": "a"}', "a"),
        ('{"id": 7, "text": 12}', 7),
        ('{"id": "a", "text": "b", "places": "Rietmeer"}', "a"),
        ('{"id": "a", "text": "b", "is_repost": "ja"}', "a"),
        ('{"id": "a", "text": "b", "parent": {"id": 1}}', "a"),
        ('{"id": ' + "9" * 5_000 + ', "text": "b"}', None),
    ],
)
def test_a_bad_line_is_told_in_dutch_and_work_goes_on(line: str, id: object) -> None:
    good = '{"id": "goed", "text": "Dit gaat door"}'
    first, second, third = label_lines([good, line, good], FakeLabeller())
    assert first["id"] == third["id"] == "goed"
    assert second["id"] == id
    assert second["line"] == 2
    assert second["error"]["code"] == "bad-line"
    assert "egel 2" in second["error"]["message"]


def test_order_holds_over_batches_and_blank_lines_are_no_posts() -> None:
    lines = ["", *(json.dumps({"id": n, "text": str(n)}) for n in range(BATCH + 5)), "  \n"]
    fake = FakeLabeller({"3": Labelled(status="ruis")})
    answers = list(label_lines(lines, fake))
    assert [answer["id"] for answer in answers] == list(range(BATCH + 5))
    assert [answer["id"] for answer in answers if answer["status"] == "ruis"] == [3]


def test_lone_surrogates_and_control_characters_do_not_stop_it() -> None:
    lines = [r'{"id": "1", "text": "boos \ud83d op \u0000 het college"}']
    [answer] = label_lines(lines, labellers.get("rules"))
    assert answer["status"] == "gelabeld"
    json.dumps(answer).encode("ascii")


def test_optional_fields_reach_the_labeller() -> None:
    line = {"id": "1", "text": "Raad stemt in", "group": "journalists", "lang": "nl", "places": []}
    repost = {"id": "2", "text": "Raad stemt in", "is_repost": True, "parent": None}
    news, echo = label_lines([json.dumps(line), json.dumps(repost)], labellers.get("rules"))
    assert news["status"] == "geen"
    assert echo["status"] == "echo"
