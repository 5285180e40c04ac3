"""Bare terms: words, wildcards and phrases, and what punctuation means inside them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from query import ast
from query.errors import Problem
from query.text import EMOJI, MARKS, token_key

PIECES = re.compile(rf"[\w*?{MARKS}]+")
#: Letters, wildcards, and the punctuation that makes a phrase of a term.
ALLOWED = re.compile(rf"[\w*?{MARKS}\-–—'’‘/.&:,]")
#: `'t Riet`, `'s-Hertogenbosch`, `B&W`, `Noord-Holland`, `19:30`: nobody doubts what they mean.
NAME_FORM = re.compile(
    r"['’‘][st](?:-\w+)?$|[A-Z]\w*&[A-Z]\w*$|[A-Z]\w+(?:[-–][A-Z]\w+)+$|\d{1,2}[:.]\d{2}$"
)
SHORT_FORM = re.compile(r"['’‘][a-z](?:-|$)")
END_MARKS = ",.'’‘-–—"
IS_EMOJI = re.compile(EMOJI)


@dataclass(frozen=True, slots=True)
class Found:
    """A leaf, or None with the reasons why not."""

    leaf: ast.Leaf | None
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def leaf_of(words: tuple[str, ...], span: ast.Span, slop: int = 0) -> ast.Leaf:
    """One word is a word or a wildcard; several are a phrase."""
    if len(words) > 1:
        return ast.Phrase(words, slop, span)
    if "*" in words[0] or "?" in words[0]:
        return ast.Wildcard(words[0], span)
    return ast.Word(words[0], span)


def folded(word: str) -> str:
    """A word with wildcards, folded around them."""
    parts = re.split(r"([*?])", word)
    return re.sub(r"\*+", "*", "".join(p if p in ("*", "?") else token_key(p) for p in parts))


def wildcard_problem(word: str, offset: int) -> Problem | None:
    """A wildcard needs two letters or digits beside it."""
    if "*" not in word and "?" not in word:
        return None
    solid = sum(char.isalnum() for char in folded(word))
    if solid == 0:
        return Problem(
            "wildcard-only", offset, len(word), "Een * of ? alleen zoekt alles.",
            "Zet er minstens twee letters bij, bijvoorbeeld azc*.",
        )  # fmt: skip
    if solid < 2:
        return Problem(
            "wildcard-short", offset, len(word), "Dit is te kort voor een * of ?.",
            "Gebruik minstens twee letters of cijfers.",
        )  # fmt: skip
    return None


def words_of(text: str, offset: int) -> tuple[tuple[str, ...], list[Problem]]:
    """The folded words of a phrase, and the wildcards in it that are too short.

    In a phrase of several words the others make up for a short one, but never for a lone `*`.
    """
    pieces = list(PIECES.finditer(text))
    words = tuple(word for piece in pieces if (word := folded(piece.group())))
    problems = [
        problem
        for piece in pieces
        if (problem := wildcard_problem(piece.group(), offset + piece.start())) is not None
        and (problem.code == "wildcard-only" or len(words) == 1)
    ]
    return words, problems


def phrase_of(inner: str, offset: int, span: ast.Span, slop: int) -> Found:
    """The words between quotes; punctuation between them does not count."""
    picture = IS_EMOJI.search(inner)
    if picture is not None:
        return _refused(
            "character", offset + picture.start(), offset + picture.end(),
            "Een emoji kan niet in een woordgroep staan.", "Zoek de emoji apart.",
        )  # fmt: skip
    words, problems = words_of(inner, offset)
    if problems:
        return Found(None, tuple(problems))
    if not words:
        return _refused(
            "empty-quotes", *span, "Tussen deze aanhalingstekens staat niets om te zoeken.",
            "Zet er woorden tussen.",
        )  # fmt: skip
    return Found(leaf_of(words, span, slop if len(words) > 1 else 0))


def term_of(text: str, start: int, limit: int) -> tuple[Found, ast.Span]:
    """A bare term from `start`, at most to `limit`; with the stretch that it takes."""
    end = term_end(text, start, limit)
    span, raw = (start, end), text[start:end]
    bad = next((n for n, char in enumerate(raw) if not ALLOWED.match(char)), None)
    if bad is not None:
        return _character(text, start + bad), span
    body = raw.rstrip(END_MARKS)
    if not PIECES.search(body):
        return _character(text, start), span
    inner = re.search(r",|(?<!\d):|:(?!\d)|[/&]$|^[/&.]", body)
    if inner is not None:
        return _character(text, start + inner.start()), span
    words, problems = words_of(body, start)
    if problems or not words:
        return (Found(None, tuple(problems)) if problems else _character(text, start)), span
    leaf = leaf_of(words, (start, start + len(body)))
    return Found(leaf, (), tuple(_doubts(text, body, span, words))), span


def term_end(text: str, start: int, limit: int) -> int:
    """A term ends before an emoji, a # or an @."""
    for place in range(start + 1, limit):
        mention = text[place] == "@" and not re.match(r"\w", text[place - 1])
        if text[place] == "#" or mention or IS_EMOJI.match(text, place):
            return place
    return limit


def _doubts(text: str, body: str, span: ast.Span, words: tuple[str, ...]) -> list[Problem]:
    """What was read otherwise than it may have been meant."""
    start, end = span[0], span[0] + len(body)
    found = []
    if end < span[1]:
        found.append(
            Problem(
                "punctuation", end, span[1] - end, "Dit leesteken telt niet mee.", "Haal het weg.",
                text[:end] + text[span[1] :],
            )
        )  # fmt: skip
    if body.endswith("?"):
        found.append(
            Problem(
                "question-mark", end - 1, 1, "Een ? staat voor precies één letter.",
                "Bedoelt u een vraagteken? Haal het dan weg.", text[: end - 1] + text[end:],
            )
        )  # fmt: skip
    odd_start = body[0] in "'’‘" and not SHORT_FORM.match(body)
    if (len(words) > 1 and not NAME_FORM.match(body)) or odd_start:
        shown = f'"{" ".join(words)}"' if len(words) > 1 else words[0]
        found.append(
            Problem(
                "punctuation", start, len(body), f"Dit wordt gezocht als {shown}.",
                f"Schrijf {shown} als u dat bedoelt.", text[:start] + shown + text[end:],
            )
        )  # fmt: skip
    return found


def _character(text: str, at: int) -> Found:
    inside = re.match(r"\w", text[at - 1 : at]) and re.match(r"\w", text[at + 1 : at + 2])
    return _refused(
        "character", at, at + 1, f"Het teken {text[at]} hoort hier niet.",
        "Haal het weg, of zet de woorden tussen aanhalingstekens.",
        f"{text[:at]}{' AND ' if inside else ''}{text[at + 1 :]}",
    )  # fmt: skip


def _refused(
    code: str, start: int, end: int, message: str, hint: str, fix: str | None = None
) -> Found:
    return Found(None, (Problem(code, start, end - start, message, hint, fix),))
