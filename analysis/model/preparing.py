"""What the rules found in a post, as facts in [0, 1] beside the words the model reads."""

from __future__ import annotations

from collections.abc import Iterator

from analysis import scheme
from analysis.labellers.case import Case
from analysis.labellers.knowledge import FEELING, FUNCTION, MODIFIER, TERM, THEME
from analysis.model.vocabulary import Prepared
from analysis.model.words import words_of

FELT_SCALE = 4.0
LONG, MANY = 300, 4
GROUP_FACTS = frozenset(
    {"class:group", "class:topic", "class:strongtopic", "class:slur", "class:noise"}
)
"""Facts that follow from which people or which reception a post names."""

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
    yield "length", min(len(case.text), LONG) / LONG
    yield "sentences", min(len(reading.sentences), MANY) / MANY
    for code, sure in case.sure.items():
        yield f"rules:{code}", sure
    for code, sure in case.judged.codes.items():
        yield f"judged:{code}", sure
    for name in reading.classes:
        if not name.startswith(_NOT_CLASSES) and name.isascii():
            yield f"class:{name}", 1.0
    yield from _feelings(case)
    if case.questions.any_real:
        yield "asks", 1.0
    if case.questions.rhetorical:
        yield "rhetorical", 1.0
    if case.theme:
        yield f"theme:{case.theme}", 1.0


def _feelings(case: Case) -> Iterator[tuple[str, float]]:
    up = sum(one.weight for one in case.felt if one.weight > 0)
    down = -sum(one.weight for one in case.felt if one.weight < 0)
    yield "felt:for", min(up, FELT_SCALE) / FELT_SCALE
    yield "felt:against", min(down, FELT_SCALE) / FELT_SCALE
    shown = {one.feeling.emotion for one in case.felt if not one.negated}
    for emotion in scheme.EMOTIONS:
        if emotion in shown:
            yield f"felt:{emotion}", 1.0
