"""From rules that hold to sub-labels with a probability (guide D2-D6, D16-D19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis import scheme
from analysis.labellers import questions as asking
from analysis.labellers.feeling import Felt
from analysis.labellers.firing import Fired, certainty
from analysis.labellers.questions import Questions
from analysis.labellers.reading import Reading

THRESHOLD = 0.5
SURE_SUB_LABEL = 0.75
MOST_SENSE_CODES = 2
MEANING_IN_QUESTION = 0.6
MEANING_BESIDE_QUESTION = 0.85
MEANING_IN_CALL = 0.7
TOLD_BY_RULE = 0.6
GAP_IN_OFFER = 0.5
CALL = 0.7
TOLD_BY_RULE = 0.6
RHETORICAL = 0.62
FALLBACK = 0.52
FELT_ENOUGH = 1.5
FEWEST_WORDS = 2

_QUESTION_CODES = ("I1", "I2", "I3")
_NAMED_FEELINGS = frozenset({"b1-fear", "b1-sleep", "b1-feel", "b1-named"})


@dataclass(frozen=True, slots=True)
class Judged:
    """Sub-labels above the bar in guide order, and the probability of every I/B/S label."""

    sub_labels: tuple[str, ...]
    codes: dict[str, float]
    labels: dict[str, float]

    def has(self, *codes: str) -> bool:
        return any(code in self.sub_labels for code in codes)


def judge(
    reading: Reading,
    fired: Sequence[Fired],
    questions: Questions,
    theme: str | None,
    felt: Sequence[Felt],
) -> Judged:
    """Weighs every sentence in its own light, then the whole post."""
    codes: dict[str, float] = {}
    conduct: list[float] = []
    by_sentence: list[list[Fired]] = [[] for _ in reading.sentences]
    for one in fired:
        by_sentence[one.sentence].append(one)
    for here in by_sentence:
        sure_here = _in_sentence(len(conduct), here, questions)
        conduct.append(max((p for code, p in sure_here.items() if code[0] == "S"), default=0.0))
        for code, sure in sure_here.items():
            codes[code] = max(codes.get(code, 0.0), sure)
    _add_questions(reading, codes, conduct, questions, theme)
    _add_rhetoric(reading, codes, questions)
    if max(codes.values(), default=0.0) < THRESHOLD:
        _add_fallback(reading, codes, felt)
    return _judged(codes)


def _in_sentence(at: int, fired: Sequence[Fired], questions: Questions) -> dict[str, float]:
    sure = {code: p for code, p in certainty(fired).items() if code in scheme.SUB_LABELS}
    conduct = max((p for code, p in sure.items() if code[0] == "S"), default=0.0)
    offers = sure.get("S4", 0.0) >= CALL
    named = any(one.rule.name in _NAMED_FEELINGS for one in fired)
    for code in sure:
        if code[0] == "B":
            if questions.real and not (code == "B1" and named):
                asked = at in questions.real
                sure[code] *= MEANING_IN_QUESTION if asked else MEANING_BESIDE_QUESTION
            if conduct >= CALL and not (code == "B1" and named):
                sure[code] *= MEANING_IN_CALL
        if code in ("I1", "I2", "I3") and offers:
            sure[code] *= GAP_IN_OFFER
    return sure


def _add_questions(
    reading: Reading,
    codes: dict[str, float],
    conduct: Sequence[float],
    questions: Questions,
    theme: str | None,
) -> None:
    """A real question is I, unless it is an offer, a call or a threat in question form (D6)."""
    if codes.get("S4", 0.0) >= CALL:
        return
    if codes.get("I4", 0.0) >= CALL or codes.get("I6", 0.0) >= CALL:
        return
    for at in questions.real:
        if conduct[at] >= CALL:
            continue
        code = asking.code_of(theme, "why" in reading.sentences[at].spans)
        told = [known for known in _QUESTION_CODES if codes.get(known, 0.0) >= TOLD_BY_RULE]
        for known in told or [code]:
            codes[known] = max(codes.get(known, 0.0), questions.probability)


def _add_rhetoric(reading: Reading, codes: dict[str, float], questions: Questions) -> None:
    if not questions.rhetorical or questions.real:
        return
    if any(codes.get(code, 0.0) >= THRESHOLD for code in scheme.SUB_LABELS if code[0] in "BS"):
        return
    blames = not reading.classes.isdisjoint({"gov", "rijk", "critic", "coa"})
    code = "B3" if blames else "B4"
    codes[code] = max(codes.get(code, 0.0), RHETORICAL)


def _add_fallback(reading: Reading, codes: dict[str, float], felt: Sequence[Felt]) -> None:
    """Who says something that is no headline, question or deed, at least gives an opinion (D4)."""
    words = sum(word[0].isalpha() for word in reading.words)
    if words < FEWEST_WORDS and not felt:
        return
    bitter = sum(one.weight for one in felt) <= -FELT_ENOUGH
    blames = bitter and not reading.classes.isdisjoint({"gov", "rijk", "coa", "they"})
    code = "B3" if blames else "B2"
    codes[code] = max(codes.get(code, 0.0), FALLBACK)


def _judged(codes: dict[str, float]) -> Judged:
    kept = {code for code, sure in codes.items() if sure >= THRESHOLD}
    meaning = sorted((code for code in kept if code[0] == "B"), key=lambda c: (-codes[c], c))
    for code in meaning[MOST_SENSE_CODES:]:
        if codes[code] < SURE_SUB_LABEL:
            kept.discard(code)
    labels = {
        label: max((p for code, p in codes.items() if code[0] == letter), default=0.0)
        for letter, label in scheme.LABEL_OF_LETTER.items()
    }
    return Judged(tuple(code for code in scheme.SUB_LABELS if code in kept), codes, labels)
