"""Real and rhetorical questions, and what they are about (guide D6, D17, D23)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.labellers.feeling import Felt
from analysis.labellers.firing import Fired, certainty
from analysis.labellers.knowledge import THEME, Knowledge
from analysis.labellers.reading import Reading, Sentence

REAL = 0.5
ANGER_IN_QUESTION = 0.3
STRONG = -1.5
OTHER_THEME = "overig"

_CODE_OF_THEME = {
    "bijeenkomst": "I2",
    "besluit": "I2",
    "bezwaar": "I2",
    "niet-geinformeerd": "I2",
    "andere-locatie": "I3",
    "woningtoewijzing": "I3",
    "overlastcontact": "I6",
    "hulp": "I6",
}


@dataclass(frozen=True, slots=True)
class Questions:
    """Sentence numbers of real and rhetorical questions, and how sure of the surest real one."""

    real: tuple[int, ...]
    rhetorical: tuple[int, ...]
    probability: float

    @property
    def any_real(self) -> bool:
        return bool(self.real)


def find(reading: Reading, fired: Sequence[Fired], felt: Sequence[Felt]) -> Questions:
    """A sentence is a real question when someone could answer it."""
    by_sentence: dict[int, list[Fired]] = defaultdict(list)
    for one in fired:
        by_sentence[one.sentence].append(one)
    angry = {one.sentence for one in felt if one.weight <= STRONG and _is_angry(one)}
    real: list[int] = []
    rhetorical: list[int] = []
    best = 0.0
    for at, sentence in enumerate(reading.sentences):
        sure = certainty(by_sentence[at])
        asked = sure.get("Q", 0.0)
        if not asked:
            continue
        asked *= 1.0 - sure.get("R", 0.0)
        if at in angry:
            asked *= 1.0 - ANGER_IN_QUESTION
        best = max(best, asked)
        if asked >= REAL:
            real.append(at)
        elif sentence.question:
            rhetorical.append(at)
    return Questions(tuple(real), tuple(rhetorical), best)


def _is_angry(felt: Felt) -> bool:
    return felt.feeling.emotion == "boosheid" and not felt.negated


def theme_of(reading: Reading, questions: Questions, known: Knowledge) -> str | None:
    """The theme of the real questions; None when there is none, `overig` when no word tells."""
    if not questions.real:
        return None
    scores = theme_scores([reading.sentences[at] for at in questions.real], known, 1.0)
    if not scores:
        scores = theme_scores(reading.sentences, known, 0.5)
    if not scores:
        return OTHER_THEME
    return max(sorted(scores), key=lambda theme: scores[theme])


def theme_scores(
    sentences: Sequence[Sentence], known: Knowledge, share: float = 1.0
) -> dict[str, float]:
    """How much the words of these sentences argue for each theme."""
    scores: dict[str, float] = defaultdict(float)
    for sentence in sentences:
        for name, spans in sentence.spans.items():
            if name.startswith(THEME):
                theme, weight = known.themes[name]
                longest = max(after - first for first, after in spans)
                scores[theme] += share * weight * (1.0 + 0.25 * (min(len(spans), 3) - 1))
                scores[theme] += share * 0.5 * (longest - 1)
    return dict(scores)


def code_of(theme: str | None, why: bool) -> str:
    """The sub-label of a real question: why-questions are the administrator's (handreiking 6.1)."""
    if why:
        return "I3"
    return _CODE_OF_THEME.get(theme or OTHER_THEME, "I1")
