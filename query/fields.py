"""`site:ad.nl` or `group:"Lokale pers"`: a field of the document, with a word or quoted words."""

from __future__ import annotations

import re
from difflib import get_close_matches

from query import ast
from query.enclosed import PLACEHOLDER, misplaced
from query.errors import Problem
from query.terms import PIECES, Found, folded, wildcard_problem
from query.text import fold

FIELDS = ("site", "source", "lang", "group", "url", "title")
QUOTES = '"“”„«»'
FIELD = re.compile(
    rf"([A-Za-z]+):(?:[{QUOTES}]([^{QUOTES}]*)[{QUOTES}]"
    rf"|((?:<|&lt;)[^<>&\"]*(?:>|&gt;)|[^\s(){QUOTES}<>]+))"
)
UNCLOSED_FIELD = re.compile(rf"([A-Za-z]+):(?=[{QUOTES}])")
NAMELESS_FIELD = re.compile(r"([A-Za-z]+):(?=[\s(<]|$)")


def field_of(found: re.Match[str]) -> Found:
    """The field, or why it is refused: no such field, no value, a placeholder for a value."""
    name, span = found.group(1), found.span()
    quoted = found.group(2) is not None
    value = " ".join((found.group(2) if quoted else found.group(3)).split())
    if name not in FIELDS:
        return Found(None, (_unknown(found),))
    if PLACEHOLDER.search(value):
        problem = misplaced(found.string, span, "in een veld", found.start(), found.end(1) + 1)
        return Found(None, (problem,))
    plain = value if quoted else value.rstrip(",.")
    if not re.search(r"\w" if name != "title" else r"[\w*?]", plain):
        return _refused(found, f"Achter {name}: hoort een waarde.", f"Schrijf {name}:\"…\".")  # fmt: skip
    if name != "title":
        return Found(ast.Field(name, fold(plain).replace('"', ""), quoted, span))
    at = found.start(2 if quoted else 3)
    for piece in PIECES.finditer(found.string, at, found.end(2 if quoted else 3)):
        problem_in_word = wildcard_problem(piece.group(), piece.start())
        if problem_in_word is not None:
            return Found(None, (problem_in_word,))
    words = [word for piece in PIECES.findall(plain) if (word := folded(piece))]
    if not words:
        return _refused(found, "Achter title: hoort een woord.", 'Schrijf title:"raad".')
    return Found(ast.Field(name, " ".join(words), quoted, span))


def valueless(found: re.Match[str]) -> Found:
    """`site:` with nothing behind it, or with a group: fields hold one value."""
    name = found.group(1)
    if name not in FIELDS:
        if found.string[found.end() : found.end() + 1] == "(" or name.casefold() in FIELDS:
            return Found(None, (_unknown(found),))
        problem = Problem(
            "character", found.end() - 1, 1, "Het teken : hoort hier niet.", "Haal het weg.",
            found.string[: found.end() - 1] + found.string[found.end() :],
        )  # fmt: skip
        return Found(None, (problem,))
    return _refused(
        found, f"Achter {name}: hoort een waarde.",
        f"Schrijf {name}:waarde, en herhaal het veld voor meer waarden: "
        f"({name}:een OR {name}:twee).",
    )  # fmt: skip


def _refused(found: re.Match[str], message: str, hint: str) -> Found:
    start, end = found.span()
    return Found(None, (Problem("field", start, end - start, message, hint),))


def _unknown(found: re.Match[str]) -> Problem:
    name = found.group(1)
    close = get_close_matches(name.casefold(), FIELDS, 1)
    hint = f"Kies uit {', '.join(f'{known}:' for known in FIELDS)}."
    fix = None
    if name.casefold() in ("http", "https"):
        hint = 'Zoek een adres met url:"…".'
    elif close:
        hint = f"Bedoelt u {close[0]}:?"
        fix = found.string[: found.start(1)] + close[0] + found.string[found.end(1) :]
    return Problem(
        "field", found.start(), len(name) + 1, f"Het veld {name}: bestaat niet.", hint, fix
    )
