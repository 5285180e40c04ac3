"""The reviewed assets as one object: word classes, rules, feeling words, themes and terms."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from analysis import scheme
from analysis.labellers import identity
from analysis.labellers.patterns import Pattern, compile_pattern
from analysis.labellers.wordclasses import MENTION, WordClasses
from analysis.lexicon import LABELLING, Row, digest, entries, rows, unreadable
from analysis.pipeline import Pipeline

RULES_VERSION = "1"
"""Raise it when code changes what the same assets say; it is part of the model hash."""

FEELING, THEME, TERM, MODIFIER, FUNCTION = "feeling:", "theme:", "term:", "modifier:", "function"
FIELD = "field:"
POSITIVE, NEGATIVE = "pos", "neg"
STRONG_FEELING = 1.5
OTHER_CODES = frozenset({"Q", "R", "T", "IR", "N", "P", "M"})

_SINGLE = re.compile(r"[*]?[\w#@'-]+[*]?")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of rules.tsv; `takes` is true when it takes certainty away from `code`."""

    name: str
    code: str
    takes: bool
    probability: float
    pattern: Pattern
    needs: tuple[frozenset[str], ...]
    """Every set must share a class with the sentence before the pattern can match."""

    bars: frozenset[str]
    """Classes that bar the rule by merely standing in the sentence."""


@dataclass(frozen=True, slots=True)
class Feeling:
    weight: float
    emotion: str | None
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """Everything the rules know, ready for use. Keys of the dicts are class names."""

    rules: dict[str, tuple[Rule, ...]]
    feelings: dict[str, Feeling]
    themes: dict[str, tuple[str, float]]
    terms: dict[str, tuple[str, str]]
    modifiers: dict[str, float]
    words: WordClasses
    pipeline: Pipeline


def model_hash() -> str:
    """SHA-256 over the assets and the version of the code that reads them."""
    return digest(f"rules/{RULES_VERSION}/{scheme.GUIDE}", LABELLING)


@cache
def knowledge() -> Knowledge:
    """Reads the assets once per process. Raises ModelUnavailable with file and line."""
    members: list[tuple[str, str]] = list(_classes())
    rules = tuple(_rules(members))
    feelings = dict(_feelings(members))
    themes = dict(_themes(members))
    terms = dict(_terms(members))
    modifiers = dict(_modifiers(members))
    members += [
        (FUNCTION, w) for row in rows("function_words.tsv", 2) for w in entries(row.cells[0])
    ]
    members += [
        (f"{FIELD}{row.cells[0]}", e)
        for row in rows("fields.tsv", 3)
        for e in entries(row.cells[1])
    ]
    _check_classes(rules, {name for name, _ in members})
    single = [member for member in members if _SINGLE.fullmatch(member[1])]
    phrases = [member for member in members if not _SINGLE.fullmatch(member[1])]
    words = WordClasses(single, identity.stand_in, identity.keeps)
    return Knowledge(
        rules=_by_anchor(rules, words),
        feelings=feelings,
        themes=themes,
        terms=terms,
        modifiers=modifiers,
        words=words,
        pipeline=Pipeline(phrases),
    )


def _classes() -> Iterator[tuple[str, str]]:
    for row in rows("classes.tsv", 3):
        for entry in entries(row.cells[1]):
            if "*" in entry and not _SINGLE.fullmatch(entry):
                raise unreadable(row, f"'*' mag alleen in een los woord staan: '{entry}'")
            yield row.cells[0], entry


def _rules(members: list[tuple[str, str]]) -> Iterator[Rule]:
    for row in rows("rules.tsv", 5):
        name, gives, _, text, _ = row.cells
        code = gives.removeprefix("-")
        if code not in scheme.SUB_LABELS and code not in OTHER_CODES:
            raise unreadable(row, f"'{gives}' is geen label")
        try:
            pattern = compile_pattern(text)
        except ValueError as error:
            raise unreadable(row, str(error)) from None
        members += pattern.literals
        parts = [part for part in pattern.parts if not part.in_post]
        yield Rule(
            name=name,
            code=code,
            takes=gives.startswith("-"),
            probability=row.number(2),
            pattern=pattern,
            needs=tuple(
                frozenset(step.classes)
                for part in parts
                if not part.negative
                for step in part.steps
            ),
            bars=frozenset(
                name
                for part in parts
                if part.negative and not part.opening and len(part.steps) == 1
                for name in part.steps[0].classes
            ),
        )


def _feelings(members: list[tuple[str, str]]) -> Iterator[tuple[str, Feeling]]:
    for row in rows("sentiment.tsv", 4):
        weight, emotion = row.number(0), row.cells[1]
        if emotion != "-" and emotion not in scheme.EMOTIONS:
            raise unreadable(row, f"'{emotion}' is geen emotie")
        name = f"{FEELING}{row.line}"
        for entry in entries(row.cells[2]):
            members.append((name, entry))
            if abs(weight) >= STRONG_FEELING:
                members.append((POSITIVE if weight > 0 else NEGATIVE, entry))
        yield name, Feeling(weight, None if emotion == "-" else emotion, row.cells[3])


def _themes(members: list[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, float]]]:
    for row in rows("themes.tsv", 4):
        if row.cells[0] not in scheme.THEMES:
            raise unreadable(row, f"'{row.cells[0]}' is geen thema")
        name = f"{THEME}{row.line}"
        members += [(name, entry) for entry in entries(row.cells[2])]
        yield name, (row.cells[0], row.number(1))


def _terms(members: list[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, str]]]:
    for row in rows("terms.tsv", 4):
        kind = row.cells[0]
        if kind != "term" and kind not in scheme.RECEPTION_FORMS:
            raise unreadable(row, f"'{kind}' is geen opvangvorm")
        name = f"{TERM}{row.line}"
        members += [(name, entry) for entry in entries(row.cells[2])]
        yield name, (kind, row.cells[1])


def _modifiers(members: list[tuple[str, str]]) -> Iterator[tuple[str, float]]:
    for row in rows("modifiers.tsv", 3):
        name = f"{MODIFIER}{row.line}"
        members += [(name, entry) for entry in entries(row.cells[1])]
        yield name, row.number(0)


def _check_classes(rules: tuple[Rule, ...], known: set[str]) -> None:
    for rule, row in zip(rules, rows("rules.tsv", 5), strict=True):
        named = {c for part in rule.pattern.parts for step in part.steps for c in step.classes}
        unknown = sorted(named - known - {"?", MENTION})
        if unknown:
            raise _unknown_class(row, unknown[0])


def _unknown_class(row: Row, name: str) -> Exception:
    return unreadable(row, f"de klas '{name}' bestaat niet")


def _by_anchor(rules: tuple[Rule, ...], words: WordClasses) -> dict[str, tuple[Rule, ...]]:
    """Rules under the classes of the step that will be met least; a rule is tried once per sentence.

    Every step of a pattern must be met, so any of them may call for a look. How common a class is
    shows in how many words that build sentences are in it.
    """
    common = Counter(
        name
        for row in rows("grammar_words.tsv", 2)
        for word in entries(row.cells[0])
        for name in words.of(word)
    )
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        for name in min(rule.needs, key=lambda need: sum(common[name] for name in need)):
            found[name].append(rule)
    return {name: tuple(some) for name, some in found.items()}
