"""From probabilities to a judgement, in the order of the guide: status, sub-labels, second axes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis import scheme
from analysis.labellers import axes
from analysis.labellers.case import Case
from analysis.labellers.relevance import OWN_GROUPS
from analysis.model import heads
from analysis.records import INFORMATION_NEED

MOST_CODES = 3
TWO_CODES_SHARE = 0.6
SURE_ENOUGH = 0.5
DOUBT = 0.15
HALF_A_NEED = 0.25
"""The information need that keeps a question on the reception, chosen on dev and demo posts."""
OUTRIGHT = 0.7
"""How sure the rules must be of a threat to flag it by themselves, chosen on held-out scenes."""

_CODES_OF = {
    label: [code for code in scheme.SUB_LABELS if scheme.label_of(code) == label]
    for label in scheme.LABEL_TITLES
}

Chances = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a post is judged to be, before the words of the answer are put together."""

    status: str
    sub_labels: tuple[str, ...] = ()
    threat: bool = False
    doubt: bool = False

    def has(self, *codes: str) -> bool:
        return any(code in self.sub_labels for code in codes)


def decide(case: Case, told: Chances, bars: Mapping[str, float]) -> Decided:
    """Status and sub-labels. `told` is the calibrated probability per head, `bars` the thresholds."""
    if case.post.own or case.post.group in OWN_GROUPS:
        return Decided("geen")
    threat = told[heads.THREAT] >= bars[heads.THREAT] or _said_outright(case, told, bars)
    if told[heads.NONE] >= bars[heads.NONE] and not threat and not _speaks(case, told, bars):
        noise = told[heads.NOISE] >= bars[heads.NOISE]
        return Decided("ruis" if noise else "geen", doubt=_near(told, bars, (heads.NONE,)))
    labels = _labels(told, bars)
    if threat and scheme.labels_of(("S3",))[0] not in labels:
        labels.append(scheme.labels_of(("S3",))[0])
    codes = {code for label in labels for code in _codes(label, told, bars)}
    if threat and not codes & scheme.NEEDS_PERSON:
        codes.add(max(sorted(scheme.NEEDS_PERSON), key=lambda code: told[code]))
    return Decided(
        "gelabeld",
        tuple(code for code in scheme.SUB_LABELS if code in codes),
        threat,
        _near(told, bars, (*scheme.LABEL_TITLES, heads.NONE)),
    )


def _speaks(case: Case, told: Chances, bars: Mapping[str, float]) -> bool:
    """Whether a post carries a label although "no label" is likely too.

    A label that is likelier than not counts; so does a question with an information need, and a
    question in words of the reception that no rule takes for noise: a relevant question that is put
    away as noise is never seen again, one too many is seen at once.
    """
    if max(told[label] for label in scheme.LABEL_TITLES) >= SURE_ENOUGH:
        return True
    if told[heads.QUESTION] < bars[heads.QUESTION]:
        return False
    need = told[INFORMATION_NEED]
    about = bool(axes.terms_of(case.reading, case.known)) and case.sure.get("X", 0.0) < SURE_ENOUGH
    return need >= bars[INFORMATION_NEED] or (about and need >= HALF_A_NEED)


def _said_outright(case: Case, told: Chances, bars: Mapping[str, float]) -> bool:
    """A threat in plain words, by rule, that the model does not take for disapproval or for a
    post without a label: rules find what is said outright, the model what is hinted at.
    """
    if case.sure.get("T", 0.0) < OUTRIGHT:
        return False
    return told["B6"] < bars["B6"] and told[heads.NONE] < bars[heads.NONE]


def _labels(told: Chances, bars: Mapping[str, float]) -> list[str]:
    """Every label over its bar; a post that carries any carries at least the likeliest."""
    found = [label for label in scheme.LABEL_TITLES if told[label] >= bars[label]]
    return found or [max(scheme.LABEL_TITLES, key=lambda label: told[label] / bars[label])]


def _codes(label: str, told: Chances, bars: Mapping[str, float]) -> list[str]:
    mine = _CODES_OF[label]
    found = sorted((c for c in mine if told[c] >= bars[c]), key=lambda c: -told[c] / bars[c])
    return found[:MOST_CODES] or [max(mine, key=lambda code: told[code] / bars[code])]


def _near(told: Chances, bars: Mapping[str, float], names: tuple[str, ...]) -> bool:
    """Whether one of the decisions could as well have gone the other way (guide D13)."""
    return any(abs(told[name] - bars[name]) <= DOUBT * bars[name] for name in names)


def best(told: Chances, kind: str) -> str | None:
    """The likeliest of `kind:…`; the empty name is None."""
    return max(heads.of(kind), key=lambda name: told[name]).removeprefix(f"{kind}:") or None


def sentiment_of(told: Chances, bars: Mapping[str, float]) -> tuple[float, str]:
    """P(positive) - P(negative), and the class whose probability clears its bar by most (D22)."""
    up, down = told[heads.POSITIVE], told[heads.NEGATIVE]
    score = max(-1.0, min(1.0, up - down))
    over = {"positief": up / bars[heads.POSITIVE], "negatief": down / bars[heads.NEGATIVE]}
    likeliest = max(over, key=lambda name: over[name])
    return score, likeliest if over[likeliest] >= 1.0 else "neutraal"
