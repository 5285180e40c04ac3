"""The yes/no questions the model answers about a post; everything a label says is made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from analysis import scheme
from analysis.corpus import Example
from analysis.model.vocabulary import Floats

NONE, NOISE, QUESTION, THREAT, IRONY = "none", "noise", "question", "threat", "irony"
POSITIVE, NEGATIVE = "positive", "negative"


@dataclass(frozen=True, slots=True)
class Head:
    """One question: `holds` is the answer of a person, `asks` which examples it is put to.

    `sees_group` says whether facts about which group is named may count: they may for the subject
    and the target of a post, never for what it feels, threatens or does (guide D14). `sees_who`
    says the same of facts about which people are named: only for the target and the theme.
    `full` counts every example whole: what tells a threat from what resembles it is asked of exactly
    the hands that wrote those, which elsewhere weigh less.
    """

    name: str
    holds: Callable[[Example], bool]
    asks: Callable[[Example], bool]
    sees_group: bool = False
    sees_who: bool = False
    full: bool = False

    def counts(self, some: Sequence[Example]) -> Floats:
        """How much each of these examples counts for this head."""
        return np.array([max(1.0, e.weight) if self.full else e.weight for e in some])


def _everything(example: Example) -> bool:
    return True


def _labelled(example: Example) -> bool:
    return example.status == "gelabeld"


def _unlabelled(example: Example) -> bool:
    return example.status in ("geen", "ruis")


def _questions(example: Example) -> bool:
    return example.is_question


def _label(label: str) -> Callable[[Example], bool]:
    return lambda example: label in example.labels


def _code(code: str) -> Callable[[Example], bool]:
    return lambda example: code in example.sub_labels


def _emotion(emotion: str) -> Callable[[Example], bool]:
    return lambda example: emotion in example.emotion


def _target(target: str) -> Callable[[Example], bool]:
    return lambda example: (example.target or "") == target


def _stance(stance: str) -> Callable[[Example], bool]:
    return lambda example: example.stance == stance


def _purpose(purpose: str) -> Callable[[Example], bool]:
    return lambda example: (example.purpose or "") == purpose


def _urgency(urgency: str) -> Callable[[Example], bool]:
    return lambda example: example.urgency == urgency


def _theme(theme: str) -> Callable[[Example], bool]:
    return lambda example: example.theme == theme


HEADS: tuple[Head, ...] = (
    *(Head(label, _label(label), _everything) for label in scheme.LABEL_TITLES),
    *(Head(code, _code(code), _everything) for code in scheme.SUB_LABELS),
    Head(NONE, lambda e: not e.sub_labels, _everything, sees_group=True),
    Head(NOISE, lambda e: e.status == "ruis", _unlabelled, sees_group=True),
    Head(QUESTION, lambda e: e.is_question, _everything),
    Head(THREAT, lambda e: e.threat, _everything, full=True),
    Head(IRONY, lambda e: e.irony, _everything),
    Head(POSITIVE, lambda e: e.sentiment_label == "positief", _everything),
    Head(NEGATIVE, lambda e: e.sentiment_label == "negatief", _everything),
    *(Head(f"emotion:{name}", _emotion(name), _labelled) for name in scheme.EMOTIONS),
    *(
        Head(f"target:{name}", _target(name), _everything, sees_group=True, sees_who=True)
        for name in ("", *scheme.TARGETS)
    ),
    *(Head(f"stance:{name}", _stance(name), _labelled) for name in scheme.STANCES),
    *(Head(f"purpose:{name}", _purpose(name), _everything) for name in ("", *scheme.PURPOSES)),
    *(Head(f"urgency:{name}", _urgency(name), _everything) for name in scheme.URGENCIES),
    *(
        Head(f"theme:{name}", _theme(name), _questions, sees_group=True, sees_who=True)
        for name in scheme.THEMES
    ),
)
PLACE = {head.name: at for at, head in enumerate(HEADS)}


@cache
def of(kind: str) -> tuple[str, ...]:
    """The heads that together choose one value, as `target:…`."""
    return tuple(name for name in PLACE if name.startswith(f"{kind}:"))
