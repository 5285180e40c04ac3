"""The second axes of the guide: stance, emotion, target, purpose, urgency, terms, sentiment."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis import scheme
from analysis.labellers.feeling import Felt
from analysis.labellers.judging import Judged
from analysis.labellers.knowledge import MODIFIER, TERM, Knowledge
from analysis.labellers.questions import Questions
from analysis.labellers.reading import Reading

FELT_SCALE = 2.5
STATED = 0.7
SUSPECTED = 0.4
MIXED_MARGIN = 0.3
CLASS_BAR = 0.25
DAMPED = 0.25
STRONG_FEELING = 1.4

Stances = tuple[float, float]


def stance_of(reading: Reading, judged: Judged, sentiment: float) -> str:
    """Toward this reception, not toward refugees in general (guide §1.2)."""
    if not judged.sub_labels:
        return "neutraal"
    contra, pro = _sides(reading, judged, sentiment)
    if contra >= 1.0 and pro >= 1.0 and abs(contra - pro) <= MIXED_MARGIN:
        return "gemengd"
    if contra > pro and contra >= 0.5:
        return "contra"
    if pro > contra and pro >= 0.5:
        return "pro"
    return (
        "neutraal"
        if all(code[0] == "I" or code == "S7" for code in judged.sub_labels)
        else ("onduidelijk")
    )


def _sides(reading: Reading, judged: Judged, sentiment: float) -> Stances:
    contra = 1.0 if _stands_unturned(reading, "contra") else 0.0
    pro = 1.0 if _stands_unturned(reading, "pro") else 0.0
    if judged.has("S2", "S3", "S6"):
        contra += 1.0
    if judged.has("S4", "B5"):
        pro += 0.8
    if judged.has("B6") and not judged.has("S6"):
        pro += 0.5
    if judged.has("B3", "B4") and sentiment < 0:
        contra += 0.7
    if judged.has("B1", "S1") and sentiment < 0:
        contra += 0.5
    if judged.has("B2"):
        contra += 0.6 if sentiment < -CLASS_BAR else 0.0
        pro += 0.6 if sentiment > CLASS_BAR else 0.0
    if judged.has("S1") and "tegen" in reading.words:
        contra += 0.6
    return contra, pro


def _stands_unturned(reading: Reading, name: str) -> bool:
    """Whether a class occurs without a negation in the three words before it."""
    for sentence in reading.sentences:
        turned = {
            first
            for modifier, spans in sentence.spans.items()
            if modifier.startswith(MODIFIER)
            for first, _ in spans
            if reading.words[first] in {"niet", "geen", "zonder", "nooit"}
        }
        for first, _ in sentence.spans.get(name, ()):
            if turned.isdisjoint(range(first - 3, first)):
                return True
    return False


def sentiment_of(
    reading: Reading, judged: Judged, felt: Sequence[Felt], questions: Questions, irony: bool
) -> float:
    """P(positive) - P(negative) in [-1, 1]; a stated stance is stronger than single words (D22)."""
    asked = set(questions.real)
    total = sum(one.weight * (DAMPED if one.sentence in asked else 1.0) for one in felt)
    contra, pro = _stands_unturned(reading, "contra"), _stands_unturned(reading, "pro")
    score = math.tanh(total / FELT_SCALE)
    meaning = judged.has("B1", "B2", "B3", "B4", "B5", "B6")
    if judged.sub_labels and not meaning and not judged.has("S2", "S3", "S4", "S6"):
        score *= DAMPED if abs(total) < 3 else 1.0
    if irony and score > -STATED:
        score = -STATED
    if judged.has("S2", "S3", "S6") or (contra and meaning and not pro):
        score = min(score, -STATED)
    elif judged.has("S4", "B5") or (pro and meaning and not contra):
        score = max(score, STATED) if not irony else score
    elif judged.has("B3") and score > -CLASS_BAR:
        score = -STATED
    elif judged.has("B4", "B6", "S5") and abs(score) < CLASS_BAR and not pro:
        score = -SUSPECTED
    elif questions.rhetorical and meaning:
        score = min(score, -CLASS_BAR - 0.1)
    return max(-1.0, min(1.0, score))


def sentiment_class(score: float) -> str:
    if score >= CLASS_BAR:
        return "positief"
    return "negatief" if score <= -CLASS_BAR else "neutraal"


def emotions_of(
    reading: Reading, judged: Judged, felt: Sequence[Felt], irony: bool
) -> tuple[str, ...]:
    """Emotions the message shows, in guide order; a plain question or notice shows none."""
    if not any(code[0] in "BS" for code in judged.sub_labels) or judged.sub_labels == ("S7",):
        return ()
    found = {
        one.feeling.emotion
        for one in felt
        if one.feeling.emotion and not one.negated and abs(one.weight) >= STRONG_FEELING
    }
    if "fear" in reading.classes and judged.has("B1", "S5"):
        found.add("angst")
    if judged.has("S2", "S3", "S6", "B3") and not found & {"angst", "verdriet"}:
        found.add("boosheid")
    if judged.has("S4") or (judged.has("B5") and not found):
        found.add("steun")
    if irony or judged.has("S2", "S3", "S6"):
        found -= {"steun", "trots", "opluchting"}
    return tuple(emotion for emotion in scheme.EMOTIONS if emotion in found)


def target_of(reading: Reading, judged: Judged, questions: Questions) -> str | None:
    """Who is addressed, or about whom something is judged, demanded or threatened (guide D15)."""
    here = reading.classes
    if not judged.sub_labels:
        return None
    if judged.has("S2", "S3", "S6"):
        return _threatened(here, judged)
    if judged.has("S4"):
        return "doelgroep"
    if judged.has("S1"):
        return "overig" if "boycott" in here and "party" in here else "bestuur"
    if any(code[0] == "B" for code in judged.sub_labels):
        return _judged_party(here, judged)
    if any(code[0] == "I" for code in judged.sub_labels):
        return _addressed(reading, judged)
    return "doelgroep" if "group" in here and judged.has("S7") else None


def _threatened(here: frozenset[str], judged: Judged) -> str:
    if judged.has("S6") and "group" in here:
        return "doelgroep"
    if here & {"office", "gov"}:
        return "bestuur"
    if "rijk" in here:
        return "rijk"
    if here & {"group", "topic", "slur"} or judged.has("S6"):
        return "doelgroep"
    return "overig" if "party" in here else "bestuur"


def _judged_party(here: frozenset[str], judged: Judged) -> str | None:
    if judged.has("B6"):
        return "inwoners"
    for name, target in (("media", "media"), ("police", "politie"), ("coa", "coa")):
        if name in here and not (name == "media" and "gov" in here):
            return target
    if "rijk" in here and "gov" not in here:
        return "rijk"
    if judged.has("B5"):
        return _praised(here)
    if "gov" in here or judged.has("B3"):
        return "bestuur"
    if "slur" in here or judged.sub_labels == ("B1",):
        return "doelgroep" if here & {"group", "slur"} else None
    if "group" in here and judged.has("B4", "B1"):
        return "doelgroep"
    return "bestuur"


def _praised(here: frozenset[str]) -> str:
    if "gov" in here:
        return "bestuur"
    if "group" in here:
        return "doelgroep"
    return "inwoners" if here & {"residents", "offer"} else "doelgroep"


def _addressed(reading: Reading, judged: Judged) -> str | None:
    words = set(reading.words[:1]) | {w for w in reading.words if w.startswith("@")}
    if any(word.startswith("@") for word in words):
        return "bestuur"
    if "coa" in reading.classes:
        return "coa"
    if "rijk" in reading.classes and "gov" not in reading.classes:
        return "rijk"
    addressed = {"jullie", "gemeente", "wethouder", "burgemeester", "college", "u"}
    if addressed & set(reading.words) or judged.has("I3", "I5"):
        return "bestuur"
    return None


def purpose_of(judged: Judged, mobilises: float) -> str | None:
    """What the message is for (handreiking 8.1)."""
    if not judged.sub_labels:
        return "informeren"
    if judged.has("S1", "S2", "S3") and mobilises >= 0.5:
        return "mobiliseren"
    if judged.has("S1"):
        return "mobiliseren"
    if judged.has("S2", "S3", "S6"):
        return None
    if judged.has("I3", "S4", "S5") or any(code[0] == "B" for code in judged.sub_labels):
        return "participeren"
    return "informeren"


def urgency_of(reading: Reading, judged: Judged, threat: bool, mobilises: float) -> str:
    """h / m / l; a peaceful call is medium only with date and place or a named party (D9)."""
    if threat or judged.has("S2", "S3", "S6"):
        return "h"
    if judged.has("I4") and judged.has("S1"):
        return "h"
    placed = {"time", "place"} <= reading.classes or "boycott" in reading.classes
    if judged.has("I4", "S7") or (judged.has("S1") and placed):
        return "m"
    return "m" if judged.has("S5") and mobilises >= 0.5 else "l"


def terms_of(reading: Reading, known: Knowledge) -> tuple[str, ...]:
    """Words used for the people and the reception, in order of the asset."""
    return tuple(
        shown
        for name, (kind, shown) in known.terms.items()
        if kind == "term" and name in reading.classes
    )


def reception_form_of(reading: Reading, known: Knowledge) -> str | None:
    """The form of reception that is named; the most specific one when there are several."""
    named = {
        kind
        for name, (kind, _) in known.terms.items()
        if kind != "term" and name.startswith(TERM) and name in reading.classes
    }
    return next((form for form in scheme.RECEPTION_FORMS if form in named), None)
