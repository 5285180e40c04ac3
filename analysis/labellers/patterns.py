"""The small language in which `rules.tsv` says what argues for a label.

    <klas> woord|woord .. <klas>     in this order in one sentence; `..3` = at most three words between
    A & B                            both in the sentence, in any order
    ^A                               A opens the sentence
    !A                               A does not occur in the sentence
    post:A   post:!A                 A does, or does not, occur anywhere in the post
    ?   !?                           the sentence does, or does not, end in a question mark

`woord_woord` is a phrase; `<a|b>|woord` is either class or the word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Spans = Mapping[str, Sequence[tuple[int, int]]]
"""Per class the [first, after) token spans in one sentence, ascending."""

_GAP = re.compile(r"\.\.(\d*)$")
_PIECE = re.compile(r"<[^>]*>|[^|]+")
_ANY_GAP = 1_000
QUESTION_MARK = "?"


@dataclass(frozen=True, slots=True)
class Step:
    """One element of a sequence, and how many words may stand before it."""

    classes: tuple[str, ...]
    gap: int


@dataclass(frozen=True, slots=True)
class Part:
    """One sequence of a pattern and where it must, or must not, occur."""

    steps: tuple[Step, ...]
    negative: bool = False
    in_post: bool = False
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; `literals` are the words and phrases it brings with it."""

    parts: tuple[Part, ...]
    literals: tuple[tuple[str, str], ...]

    @property
    def anchors(self) -> tuple[str, ...]:
        """Classes of which one must occur in a sentence before the pattern is worth a look."""
        for part in self.parts:
            if not part.negative and not part.in_post:
                return part.steps[0].classes
        return ()

    def find(
        self, sentence: Spans, post: frozenset[str], first: int
    ) -> tuple[tuple[int, int], ...] | None:
        """The token spans that matched in the sentence that begins at `first`, or None."""
        found: list[tuple[int, int]] = []
        for part in self.parts:
            if part.in_post:
                holds = any(name in post for name in part.steps[0].classes)
                if holds == part.negative:
                    return None
                continue
            spans = _sequence(part, sentence, first)
            if (spans is not None) == part.negative:
                return None
            found += spans or ()
        return tuple(found)


def compile_pattern(text: str) -> Pattern:
    """Raises ValueError when the pattern cannot be read."""
    literals: dict[tuple[str, str], None] = {}
    parts = tuple(_part(part.strip(), literals) for part in text.split("&"))
    pattern = Pattern(parts, tuple(literals))
    if not pattern.anchors:
        raise ValueError(f"geen enkel deel moet in de zin staan: {text}")
    return pattern


def _part(text: str, literals: dict[tuple[str, str], None]) -> Part:
    in_post = text.startswith("post:")
    text = text.removeprefix("post:")
    negative = text.startswith("!")
    text = text.removeprefix("!")
    opening = text.startswith("^")
    text = text.removeprefix("^")
    steps: list[Step] = []
    gap = 0
    for word in text.split():
        gapped = _GAP.fullmatch(word)
        if gapped:
            gap = int(gapped[1]) if gapped[1] else _ANY_GAP
            continue
        steps.append(Step(_classes(word, literals), gap))
        gap = 0
    if not steps or (in_post and len(steps) > 1):
        raise ValueError(f"onleesbaar deel: '{text}'")
    return Part(tuple(steps), negative, in_post, opening)


def _classes(word: str, literals: dict[tuple[str, str], None]) -> tuple[str, ...]:
    if word == QUESTION_MARK:
        return (QUESTION_MARK,)
    found: list[str] = []
    name = f"={word}"
    for piece in _PIECE.findall(word):
        if piece.startswith("<") and piece.endswith(">"):
            found += piece[1:-1].split("|")
            continue
        literals[(name, piece.replace("_", " "))] = None
        if name not in found:
            found.append(name)
    return tuple(found)


def _sequence(part: Part, sentence: Spans, first: int) -> tuple[tuple[int, int], ...] | None:
    for span in _spans(part.steps[0], sentence):
        if part.opening and span[0] != first:
            continue
        rest = _continued(part.steps, 1, span[1], sentence)
        if rest is not None:
            return (span, *rest)
    return None


def _continued(
    steps: tuple[Step, ...], at: int, after: int, sentence: Spans
) -> tuple[tuple[int, int], ...] | None:
    if at == len(steps):
        return ()
    step = steps[at]
    for span in _spans(step, sentence):
        if after <= span[0] <= after + step.gap:
            rest = _continued(steps, at + 1, span[1], sentence)
            if rest is not None:
                return (span, *rest)
    return None


def _spans(step: Step, sentence: Spans) -> Iterator[tuple[int, int]]:
    for name in step.classes:
        yield from sentence.get(name, ())
