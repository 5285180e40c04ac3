"""What the rules found in a post, as facts in [0, 1] beside the words the model reads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from analysis import scheme
from analysis.labellers import questions as asking
from analysis.labellers.case import Case
from analysis.labellers.identity import SUBJECT
from analysis.labellers.knowledge import FEELING, FIELD, FUNCTION, MODIFIER, TERM, THEME
from analysis.model.vocabulary import Prepared
from analysis.model.words import words_of

FELT_SCALE = 4.0
LONG, MANY = 60, 4
WHO_FACTS = frozenset(
    {
        *("class:group", "class:slur"),
        *(
            f"{part}:{theme}"
            for part in ("asked", "about")
            for theme in ("wie", "woningtoewijzing")
        ),
    }
)
"""Facts that follow from which people a post names."""

GROUP_FACTS = WHO_FACTS | {f"class:{name}" for name in SUBJECT}
"""Facts that follow from which people or which reception a post names."""

PRESSURE = frozenset(
    f"{FIELD}{name}"
    for name in (
        *("harm", "weapon", "fire", "home", "family", "route", "warning", "crowd", "animal"),
        "sabotage",
    )
)
"""Fields that threaten only together: with each other, or with who speaks and who is spoken of."""

BESIDE = PRESSURE | {
    *("first", "my", "they", "hen", "office", "gov", "callto", "time", "place", "?"),
    f"{FIELD}call",
}
MOST_THEME = 4.0
THEME_SCALE = 3.0

_NOT_CLASSES = (FEELING, THEME, TERM, MODIFIER, FUNCTION)


def prepare(case: Case) -> Prepared:
    """Words and facts of one post; nothing of who wrote it but the public role of the account."""
    words, origins = words_of(case.reading.tokens)
    return Prepared(words, origins, tuple(_facts(case)))


def _facts(case: Case) -> Iterator[tuple[str, float]]:
    post, reading = case.post, case.reading
    if post.group:
        yield f"from:{post.group}", 1.0
    for name, holds in (
        ("own", post.own),
        ("repost", post.is_repost),
        ("answer", bool(post.parent)),
        ("title", bool(post.title)),
    ):
        if holds:
            yield name, 1.0
    yield "length", min(len(reading.words), LONG) / LONG
    yield "sentences", min(len(reading.sentences), MANY) / MANY
    for code, sure in case.sure.items():
        yield f"rules:{code}", sure
    for code, sure in case.judged.codes.items():
        yield f"judged:{code}", sure
    for name in reading.classes:
        fact = _fact_of(name)
        if fact is not None:
            yield fact, 1.0
    yield from _feelings(case)
    if case.questions.any_real:
        yield "asks", 1.0
    if case.questions.rhetorical:
        yield "rhetorical", 1.0
    yield from _pairs(case)
    yield from _themes(case)


@lru_cache(maxsize=1 << 14)
def _fact_of(name: str) -> str | None:
    """The fact that a class stands in the post; None for classes that are counted otherwise."""
    if name.startswith(_NOT_CLASSES) or not name.isascii():
        return None
    return name if name.startswith(FIELD) else f"class:{name}"


def _feelings(case: Case) -> Iterator[tuple[str, float]]:
    up = sum(one.weight for one in case.felt if one.weight > 0)
    down = -sum(one.weight for one in case.felt if one.weight < 0)
    yield "felt:for", min(up, FELT_SCALE) / FELT_SCALE
    yield "felt:against", min(down, FELT_SCALE) / FELT_SCALE
    shown = {one.feeling.emotion for one in case.felt if not one.negated}
    for emotion in scheme.EMOTIONS:
        if emotion in shown:
            yield f"felt:{emotion}", 1.0


def _pairs(case: Case) -> Iterator[tuple[str, float]]:
    """Which fields of pressure stand in one sentence with each other and with people."""
    found: set[str] = set()
    for sentence in case.reading.sentences:
        here = sorted(sentence.spans.keys() & BESIDE)
        for at, one in enumerate(here):
            for other in here[at + 1 :]:
                if one in PRESSURE or other in PRESSURE:
                    found.add(f"pair:{one}+{other}")
    for name in sorted(found):
        yield name, 1.0


def _themes(case: Case) -> Iterator[tuple[str, float]]:
    """What the questions are about, and what the whole post is about."""
    sentences = case.reading.sentences
    asked = [sentences[at] for at in case.questions.real]
    asked = asked or [sentence for sentence in sentences if sentence.question]
    for name, some in (("asked", asked), ("about", sentences)):
        for theme, score in sorted(asking.theme_scores(some, case.known).items()):
            yield f"{name}:{theme}", min(MOST_THEME, score / THEME_SCALE)
