"""Labelled posts as JSON lines: the sets a model is trained and measured on, and local corrections.

Field names are those of `klankbord label` (contracts.md); what is absent in a line is empty. The
shipped sets were written and labelled by hand by the authors of Klankbord, see docs/model-card.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis import scheme
from analysis.errors import ModelUnavailable
from analysis.records import Post

GRAM = 5
TWINS = 0.5
"""Two texts with this Jaccard similarity of character 5-grams are the same post (issue 5)."""

_SENTIMENT = ("positief", "neutraal", "negatief")


@dataclass(frozen=True, slots=True)
class Example:
    """One post and what a person says of it. `weight` is above 1 for local corrections."""

    id: str
    post: Post
    status: str
    sub_labels: tuple[str, ...] = ()
    sentiment_label: str = "neutraal"
    stance: str = "onduidelijk"
    emotion: tuple[str, ...] = ()
    target: str | None = None
    purpose: str | None = None
    urgency: str = "l"
    is_question: bool = False
    theme: str | None = None
    threat: bool = False
    irony: bool = False
    doubt: bool = False
    scene: str = ""
    writer: str = ""
    slices: tuple[str, ...] = ()
    weight: float = 1.0

    @property
    def labels(self) -> tuple[str, ...]:
        return scheme.labels_of(self.sub_labels)

    def reweighed(self, weight: float) -> Example:
        return replace(self, weight=weight)


def read_examples(text: str, name: str) -> tuple[Example, ...]:
    """The examples in a JSONL text; `name` is for the message.

    Raises ModelUnavailable with the line number when one cannot be used.
    """
    return tuple(_examples(text.splitlines(), name))


def _examples(lines: Iterable[str], name: str) -> Iterator[Example]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _example(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelUnavailable(
                f"Regel {number} van {name} is geen gelabeld bericht ({error}). Herstel die regel: "
                'minstens "id", "text", "status" en "sub_labels".',
                file=name,
                line=number,
            ) from None


def _example(fields: dict[str, Any]) -> Example:
    post = Post(
        text=_text(fields["text"]),
        title=_text(fields.get("title", "")),
        parent=fields.get("parent"),
        is_repost=bool(fields.get("is_repost", False)),
        group=fields.get("group"),
        own=bool(fields.get("own", False)),
        lang=fields.get("lang"),
    )
    example = Example(
        id=str(fields["id"]),
        post=post,
        status=str(fields["status"]),
        sub_labels=tuple(fields.get("sub_labels", ())),
        sentiment_label=str(fields.get("sentiment_label", "neutraal")),
        stance=str(fields.get("stance", "onduidelijk")),
        emotion=tuple(fields.get("emotion", ())),
        target=fields.get("target"),
        purpose=fields.get("purpose"),
        urgency=str(fields.get("urgency", "l")),
        is_question=bool(fields.get("is_question", False)),
        theme=fields.get("theme"),
        threat=bool(fields.get("threat", False)),
        irony=bool(fields.get("irony", False)),
        doubt=bool(fields.get("doubt", False)),
        scene=str(fields.get("scene", "")),
        writer=str(fields.get("writer", "")),
        slices=tuple(fields.get("slices", ())),
        weight=float(fields.get("weight", 1.0)),
    )
    _check(example)
    return example


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text is geen tekst")
    return value


def _check(example: Example) -> None:
    """Every value must be one the guide knows."""
    known: tuple[tuple[Iterable[str | None], Iterable[str | None]], ...] = (
        ([example.status], scheme.STATUSES),
        (example.sub_labels, scheme.SUB_LABELS),
        ([example.sentiment_label], _SENTIMENT),
        ([example.stance], scheme.STANCES),
        (example.emotion, scheme.EMOTIONS),
        ([example.target], [None, *scheme.TARGETS]),
        ([example.purpose], [None, *scheme.PURPOSES]),
        ([example.urgency], scheme.URGENCIES),
        ([example.theme], [None, *scheme.THEMES]),
    )
    for told, allowed in known:
        unknown = set(told) - set(allowed)
        if unknown:
            raise ValueError(f"onbekende waarde {sorted(map(str, unknown))[0]}")
    if (example.status == "gelabeld") != bool(example.sub_labels):
        raise ValueError("status en sub_labels spreken elkaar tegen")
    if (example.theme is not None) != example.is_question:
        raise ValueError("een thema hoort bij een vraag, en een vraag heeft een thema")


def as_line(example: Example) -> str:
    """One JSON line, with only what differs from the default."""
    post = example.post
    fields: dict[str, Any] = {
        "id": example.id,
        "scene": example.scene,
        "writer": example.writer,
        "slices": list(example.slices),
        "text": post.text,
        "title": post.title,
        "parent": post.parent,
        "is_repost": post.is_repost,
        "group": post.group,
        "own": post.own,
        "lang": post.lang,
        "status": example.status,
        "labels": list(example.labels),
        "sub_labels": list(example.sub_labels),
        "sentiment_label": example.sentiment_label,
        "stance": example.stance,
        "emotion": list(example.emotion),
        "target": example.target,
        "purpose": example.purpose,
        "urgency": example.urgency,
        "is_question": example.is_question,
        "theme": example.theme,
        "threat": example.threat,
        "irony": example.irony,
        "doubt": example.doubt,
    }
    return json.dumps({k: v for k, v in fields.items() if v or k == "text"}, ensure_ascii=False)


def grams(text: str) -> frozenset[str]:
    """The character 5-grams of a text, lower case, blanks as one."""
    plain = " ".join(text.lower().split())
    return frozenset(plain[at : at + GRAM] for at in range(max(1, len(plain) - GRAM + 1)))


def twins(ours: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    """(index in `ours`, index in `others`) of near-duplicates, by an index of shared 5-grams."""
    known = [grams(text) for text in others]
    where: dict[str, list[int]] = {}
    for at, some in enumerate(known):
        for gram in some:
            where.setdefault(gram, []).append(at)
    found: list[tuple[int, int]] = []
    for at, text in enumerate(ours):
        mine = grams(text)
        shared: dict[int, int] = {}
        for gram in mine:
            for other in where.get(gram, ()):
                shared[other] = shared.get(other, 0) + 1
        found += [
            (at, other)
            for other, count in sorted(shared.items())
            if count >= TWINS * (len(mine) + len(known[other]) - count)
        ]
    return found
