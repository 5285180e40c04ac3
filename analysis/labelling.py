"""NDJSON in, judgements out: the body of `klankbord label` (contracts.md), without a database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from analysis.labellers.protocol import Labeller
from analysis.records import Labelled, Post

BATCH = 256
BAD_LINE = "bad-line"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One line that could be read."""

    id: str | int
    post: Post


@dataclass(frozen=True, slots=True)
class _Refused:
    """One line that could not: its number from 1, its id when it had one, and what is wrong."""

    line: int
    id: str | int | None
    message: str


class _BadLine(Exception):
    """The message is Dutch and ends up in the output."""


def label_lines(lines: Iterable[str], labeller: Labeller) -> Iterator[dict[str, Any]]:
    """One dict per line that is not blank, in order; a bad line gives an error and work goes on.

    Raises what the labeller raises (ModelUnavailable), never anything about the input.
    """
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    while batch := list(islice(numbered, BATCH)):
        yield from _label_batch([_read(number, line) for number, line in batch], labeller)


def as_json(id: str | int, labelled: Labelled, labeller: Labeller) -> dict[str, Any]:
    """The judgement of one post in the shape of contracts.md."""
    return {
        "id": id,
        "status": labelled.status,
        "labels": list(labelled.labels),
        "sub_labels": list(labelled.sub_labels),
        "primary": labelled.primary,
        "probabilities": dict(labelled.probabilities),
        "sentiment": labelled.sentiment,
        "sentiment_label": labelled.sentiment_label,
        "stance": labelled.stance,
        "emotion": list(labelled.emotion),
        "target": labelled.target,
        "purpose": labelled.purpose,
        "is_question": labelled.is_question,
        "theme": labelled.theme,
        "threat": labelled.threat,
        "threat_probability": labelled.threat_probability,
        "urgency": labelled.urgency,
        "irony": labelled.irony,
        "terms_used": list(labelled.terms_used),
        "reception_form": labelled.reception_form,
        "doubt": labelled.doubt,
        "explanation": [
            {"start": e.start, "end": e.end, "text": e.text, "for": e.supports}
            for e in labelled.explanation
        ],
        "labeller": labeller.name,
        "model": labeller.model,
        "guide": labeller.guide,
    }


def _label_batch(
    batch: Sequence[_Asked | _Refused], labeller: Labeller
) -> Iterator[dict[str, Any]]:
    asked = [one for one in batch if isinstance(one, _Asked)]
    judged = iter(labeller.label([one.post for one in asked]))
    for one in batch:
        if isinstance(one, _Asked):
            yield as_json(one.id, next(judged), labeller)
        else:
            error = {"code": BAD_LINE, "message": one.message}
            yield {"id": one.id, "line": one.line, "error": error}


def _read(number: int, line: str) -> _Asked | _Refused:
    id: str | int | None = None
    try:
        fields = _fields(number, line)
        id = _id(number, fields)
        return _Asked(id, _post(number, fields))
    except _BadLine as problem:
        return _Refused(number, id, str(problem))


def _fields(number: int, line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise _BadLine(
            f"Regel {number} is geen geldige JSON. Zet op elke regel één object tussen accolades."
        ) from None
    if not isinstance(fields, dict):
        raise _BadLine(
            f"Regel {number} is geen object. Schrijf bijvoorbeeld "
            '{"id": "1", "text": "het bericht"}.'
        )
    return fields


def _id(number: int, fields: dict[str, Any]) -> str | int:
    id = fields.get("id")
    if id is None:
        raise _BadLine(f"Op regel {number} ontbreekt 'id'. Geef elk bericht een eigen kenmerk.")
    if isinstance(id, bool) or not isinstance(id, (str, int)):
        raise _BadLine(f"Op regel {number} is 'id' geen tekst of geheel getal. Pas dat veld aan.")
    return id


def _post(number: int, fields: dict[str, Any]) -> Post:
    if fields.get("text") is None:
        raise _BadLine(f"Op regel {number} ontbreekt 'text'. Zet daar de tekst van het bericht in.")
    places = fields.get("places") or []
    if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
        raise _BadLine(f"Op regel {number} is 'places' geen lijst van teksten. Pas dat veld aan.")
    return Post(
        text=_text(number, fields, "text") or "",
        title=_text(number, fields, "title") or "",
        parent=_text(number, fields, "parent"),
        is_repost=_flag(number, fields, "is_repost"),
        group=_text(number, fields, "group"),
        own=_flag(number, fields, "own"),
        places=tuple(places),
        lang=_text(number, fields, "lang"),
    )


def _text(number: int, fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise _BadLine(
            f"Op regel {number} is '{name}' geen tekst. Zet de waarde tussen aanhalingstekens."
        )
    return value


def _flag(number: int, fields: dict[str, Any], name: str) -> bool:
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise _BadLine(f"Op regel {number} is '{name}' geen true of false. Pas dat veld aan.")
    return bool(value)
