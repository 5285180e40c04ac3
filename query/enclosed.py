"""Terms between signs: "phrases", {Exact} words and <placeholders>."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from query import ast
from query.errors import Problem
from query.terms import Found, phrase_of
from query.text import EMOJI, MARKS, exact_key, token_key
from query.tokens import small_number

QUOTES = '"“”„«»'
QUOTED = re.compile(rf"[{QUOTES}]([^{QUOTES}]*)[{QUOTES}](~\d*)?")
PLACEHOLDER = re.compile(r"(?:<|&lt;)([^<>&\"]*)(?:>|&gt;)([*?]*)")
WORDS = re.compile(rf"\w[\w{MARKS}]*")
IS_EMOJI = re.compile(EMOJI)

#: The seven of the handreiking (8.2); a dossier may add its own.
STANDARD = (
    "plaatsnaam", "opvanglocatie", "straatnaam", "bijnaam plaats", "gemeentenaam",
    "naam burgemeester", "twitteraccount gemeente",
)  # fmt: skip


def name_key(text: str) -> str:
    """Case and inner white space do not count in the name of a placeholder."""
    return "".join(unicodedata.normalize("NFC", text).casefold().split())


BY_KEY: Mapping[str, str] = {name_key(name): name for name in STANDARD}


def placeholder_name(text: str) -> str:
    """The name as the handreiking spells it, or as typed in lower case with single blanks."""
    typed = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    return BY_KEY.get(name_key(text), typed)


def placeholder_of(typed: str) -> str | None:
    """The name in `<naam>` as typed; None for anything else."""
    found = PLACEHOLDER.fullmatch(typed)
    return placeholder_name(found.group(1).rstrip().removesuffix("?")) if found else None


def quoted(text: str, at: int) -> tuple[Found, ast.Span]:
    """A phrase; without a closing quote only the sign itself is refused."""
    found = QUOTED.match(text, at)
    if found is None:
        problem = Problem(
            "quote", at, 1, "Dit aanhalingsteken wordt nergens gesloten.", 'Zet er een " achter.'
        )
        return Found(None, (problem,)), (at, at + 1)
    inner, slop, span = found.group(1), found.group(2), found.span()
    if PLACEHOLDER.search(inner):
        fix = text[:at] + inner + text[span[1] :]
        return Found(None, (_place(span, "tussen aanhalingstekens", fix),)), span
    others = 0 if slop is None else small_number(slop[1:])
    if others is None:
        problem = Problem(
            "operator", found.start(2), len(slop), "Achter ~ hoort een getal van 0 tot en met 50.",
            'Schrijf bijvoorbeeld "asiel zoekers"~2.',
            text[: found.start(2)] + "~2" + text[span[1] :],
        )  # fmt: skip
        return Found(None, (problem,)), span
    return phrase_of(inner, found.start(1), span, others), span


def exact(text: str, at: int) -> tuple[Found, ast.Span]:
    """`{IND}`: the words keep their case and accents."""
    end = text.find("}", at)
    if end < 0:
        problem = Problem(
            "brace", at, 1, "Deze accolade wordt nergens gesloten.", "Zet er een } achter."
        )
        return Found(None, (problem,)), (at, at + 1)
    inner, span = text[at + 1 : end], (at, end + 1)
    if PLACEHOLDER.search(inner):
        fix = text[:at] + inner + text[end + 1 :]
        return Found(None, (_place(span, "tussen accolades", fix),)), span
    words = tuple(exact_key(word) for word in WORDS.findall(inner) if token_key(word))
    if not words or re.search(r"[*?{]", inner) or IS_EMOJI.search(inner):
        problem = Problem(
            "brace", at, end + 1 - at,
            "Tussen accolades hoort een woord of woordgroep, zonder * of ?.",
            "Schrijf bijvoorbeeld {IND}.",
        )  # fmt: skip
        return Found(None, (problem,)), span
    return Found(ast.Exact(words, span)), span


def placeholder(text: str, at: int) -> tuple[Found, ast.Span]:
    """`<naam>` or `<naam?>`, also with the signs written as in a web page."""
    found = PLACEHOLDER.match(text, at)
    inner = found.group(1).strip() if found else ""
    name = inner.removesuffix("?").strip()
    if found is None or not name:
        end = found.end() if found else at + (1 if text[at] == "<" else 4)
        problem = Problem(
            "placeholder-open", at, end - at if found else 1, "Deze plaatshouder is niet af.",
            "Schrijf bijvoorbeeld <plaatsnaam>.",
        )  # fmt: skip
        return Found(None, (problem,)), (at, end)
    span = found.span()
    if found.group(2):
        problem = misplaced(text, span, "met een * of ?", found.start(2), span[1])
        return Found(None, (problem,)), span
    leaf = ast.Placeholder(placeholder_name(name), inner.endswith("?"), span)
    return Found(leaf), span


def placeholder_at(text: str, at: int) -> int | None:
    """Where the placeholder that starts at `at` ends; None when there is none."""
    found = PLACEHOLDER.match(text, at)
    return found.end() if found else None


def misplaced(text: str, span: ast.Span, where: str, start: int, end: int) -> Problem:
    """A placeholder where none can stand; the fix leaves out `start` to `end`."""
    return _place(span, where, text[:start] + text[end:])


def _place(span: ast.Span, where: str, fix: str) -> Problem:
    return Problem(
        "placeholder-place", span[0], span[1] - span[0], f"Een plaatshouder kan niet {where} staan.",
        "Zet de plaatshouder los; de waarden worden vanzelf woorden of woordgroepen.", fix,
    )  # fmt: skip
