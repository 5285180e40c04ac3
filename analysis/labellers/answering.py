"""The whole answer about one post whose probabilities are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from analysis import scheme
from analysis.labellers import axes, deciding
from analysis.labellers.case import Case
from analysis.labellers.deciding import Chances, Decided
from analysis.labellers.reasons import Weighed, reasons
from analysis.model import heads
from analysis.records import Evidence, Labelled, SentimentLabel, Status

DECIMALS = 4


def answer(
    case: Case, chances: Sequence[float], bars: Mapping[str, float], weighed: Weighed | None = None
) -> Labelled:
    """Every field of contracts.md; without `weighed` there is no explanation.

    `chances` holds one calibrated probability per head, in the order of `heads.HEADS`.
    """
    told: Chances = dict(zip(heads.PLACE, chances, strict=True))
    decided = deciding.decide(case, told, bars)
    score, feeling = deciding.sentiment_of(told, bars)
    labels = scheme.labels_of(decided.sub_labels)
    asks = told[heads.QUESTION] >= bars[heads.QUESTION] and not case.asks_in_title_alone()
    spoken = decided.status == "gelabeld"
    return Labelled(
        status=cast(Status, decided.status),
        labels=labels,
        sub_labels=decided.sub_labels,
        primary=scheme.primary_of(labels),
        probabilities={label: round(told[label], DECIMALS) for label in scheme.LABEL_TITLES},
        sentiment=round(score, DECIMALS) + 0.0,
        sentiment_label=cast(SentimentLabel, feeling),
        stance=(deciding.best(told, "stance") or "") if spoken else "neutraal",
        emotion=_emotions(told, bars) if spoken else (),
        target=deciding.best(told, "target") if spoken else None,
        purpose=_purpose(decided, told),
        is_question=asks,
        theme=deciding.best(told, "theme") if asks else None,
        threat=decided.threat,
        threat_probability=_threat_chance(decided, told, bars),
        urgency=_urgency(decided, told),
        irony=spoken and told[heads.IRONY] >= bars[heads.IRONY],
        terms_used=axes.terms_of(case.reading, case.known),
        reception_form=axes.reception_form_of(case.reading, case.known),
        doubt=decided.doubt,
        explanation=_explained(case, decided, asks, weighed),
    )


def _threat_chance(decided: Decided, told: Chances, bars: Mapping[str, float]) -> float:
    """What the model thinks; at least the bar where a rule flagged what was said outright."""
    if decided.status != "gelabeld":
        return 0.0
    least = bars[heads.THREAT] if decided.threat else 0.0
    return round(max(told[heads.THREAT], least), DECIMALS)


def _emotions(told: Chances, bars: Mapping[str, float]) -> tuple[str, ...]:
    names = [(emotion, f"emotion:{emotion}") for emotion in scheme.EMOTIONS]
    return tuple(emotion for emotion, name in names if told[name] >= bars[name])


def _purpose(decided: Decided, told: Chances) -> str | None:
    if decided.status == "gelabeld":
        return deciding.best(told, "purpose")
    return None if decided.status == "ruis" else "informeren"


def _urgency(decided: Decided, told: Chances) -> str:
    """A threat and what needs a person is urgent; the rest as the model thinks (guide D9)."""
    if decided.threat or decided.has("S2", "S3", "S6"):
        return "h"
    return (deciding.best(told, "urgency") or "l") if decided.sub_labels else "l"


def _explained(
    case: Case, decided: Decided, asks: bool, weighed: Weighed | None
) -> tuple[Evidence, ...]:
    if weighed is None:
        return ()
    named = {code: code for code in decided.sub_labels} or {"N": heads.NONE}
    if asks:
        named["Q"] = heads.QUESTION
    if decided.threat:
        named["T"] = heads.THREAT
    return reasons(case, weighed, named)
