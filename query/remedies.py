"""A corrected text for a mistake that brought none: a few likely repairs, each tried before it is said.

The place that finds a mistake proposes a fix where it knows one. For the rest the repairs below are
tried in order, and the first that leaves fewer mistakes (none, for a lone one) is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from query.enclosed import STANDARD
from query.errors import Problem

#: A text with more mistakes than this is not repaired one by one.
MOST_REPAIRED = 5
JOINS = r"(?:AND|OR|NOT|O?NEAR/\d+)"
BEFORE = re.compile(rf"(?:(?<=[\s()])|^)(?:{JOINS}\s*)+$")
AFTER = re.compile(rf"\s*{JOINS}(?=[\s()]|$)")
STOP = re.compile(r"\s+(?:AND|OR|NOT)\b|[()]|$")
ONE_WORD = re.compile(r"\w[\w.\-]*")
VALUES = re.compile(r"\(([\w.\-]+(?:\s+OR\s+[\w.\-]+)*)\)")
BOTH = re.compile(r"\(([^()]+?)\s+AND\s+([^()]+?)\)\s+(O?NEAR/\d+)\s+([^\s()]+)")
PLACED = re.compile("|".join(r"\s*".join(name.split()) for name in STANDARD), re.IGNORECASE)


def with_fixes(
    text: str, problems: Sequence[Problem], faults: Callable[[str], int]
) -> list[Problem]:
    """The problems, each with a fix that helps or with none; `faults` counts the errors of a text."""
    if len(problems) > MOST_REPAIRED:
        return list(problems)
    return [_repaired(text, problem, len(problems), faults) for problem in problems]


def _repaired(text: str, problem: Problem, have: int, faults: Callable[[str], int]) -> Problem:
    if have == 1 or problem.fix is None:
        proposed = [] if problem.fix is None else [problem.fix]
        for better in (*proposed, *_repairs(text, problem)):
            if better != text and faults(better) < have:
                return replace(problem, fix=better)
        return replace(problem, fix=None) if have == 1 else problem
    return problem


def _repairs(text: str, problem: Problem) -> Iterator[str]:
    start, end = problem.offset, problem.offset + problem.length
    match problem.code:
        case "quote":
            yield from _closed(text, end, '"')
        case "brace" if problem.length == 1:
            word = ONE_WORD.match(text, end)
            if word is not None:
                yield f"{text[: word.end()]}}}{text[word.end() :]}"
            yield from _closed(text, end, "}")
        case "placeholder-open":
            name = PLACED.match(text, start + (4 if text.startswith("&lt;", start) else 1))
            if name is not None:
                yield f"{text[: name.end()]}>{text[name.end() :].lstrip('>')}"
            yield from _closed(text, end, ">")
        case "negative-only":
            yield from _taken_off(text, start, end)
        case "field":
            yield from _valued(text, start, end)
        case "near-operand":
            yield from _shared(text)
        case "character":
            sign = text[start]
            yield text[: start - 1] + text[start:end] + text[end + 1 :]
            yield text.translate({ord("["): "(", ord("]"): ")"})
            yield text.replace(sign, "")
            yield text.replace(sign, " ")
    if problem.code in ("empty-group", "operand", "wildcard-only", "empty-quotes", "character"):
        yield from _without(text, start, end)


def _closed(text: str, at: int, sign: str) -> Iterator[str]:
    """Closed before the next operator or bracket, or at the end."""
    stop = STOP.search(text, at)
    for place in dict.fromkeys((stop.start() if stop else len(text), len(text.rstrip()))):
        yield text[:place] + sign + text[place:]


def _without(text: str, start: int, end: int) -> Iterator[str]:
    """Without the piece, and without the operator that joined it to what stands before or after."""
    before, after = text[:start].rstrip(), text[end:]
    joined = BEFORE.search(before)
    if joined is not None:
        yield f"{before[: joined.start()].rstrip()}{after}"
    following = AFTER.match(after)
    if following is not None:
        yield f"{text[:start]}{after[following.end() :].lstrip()}"
    yield f"{before} {after.lstrip()}".strip()


def _taken_off(text: str, start: int, end: int) -> Iterator[str]:
    """`a OR (NOT b)` → `a NOT b`: what is not wanted is taken off the rest."""
    before = text[:start].rstrip().removesuffix("(").rstrip()
    if before.endswith(" OR"):
        inner = text[start:end].strip("() ")
        yield f"{before[:-3]} {inner}{text[end:].lstrip().removeprefix(')')}"


def _valued(text: str, start: int, end: int) -> Iterator[str]:
    """`site: ad.nl` → `site:ad.nl`; `site:(a OR b)` → `(site:a OR site:b)`; an address in `url:`."""
    name = text[start:end]
    several = VALUES.match(text, end)
    if several is not None:
        each = " OR ".join(f"{name}{value}" for value in re.split(r"\s+OR\s+", several.group(1)))
        yield f"{text[:start]}({each}){text[several.end() :]}"
    if name.casefold() in ("http:", "https:"):
        address = re.match(r"[^\s()\"]+", text[start:])
        if address is not None:
            stop = start + address.end()
            yield f'{text[:start]}url:"{text[start:stop]}"{text[stop:]}'
    yield text[:end] + text[end:].lstrip()


def _shared(text: str) -> Iterator[str]:
    """`(a AND b) NEAR/2 c` → `(a NEAR/2 c AND b NEAR/2 c)`."""
    found = BOTH.search(text)
    if found is not None:
        first, second, near, other = found.groups()
        made = f"({first} {near} {other} AND {second} {near} {other})"
        yield text[: found.start()] + made + text[found.end() :]
