"""Query text to tokens with positions; what does not belong is a problem at its own place.

A term that was refused leaves a token without a leaf, and an operator that was refused leaves
`UNKNOWN`: one mistake is then told once, and the rest of the text is still looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from query import ast
from query.enclosed import exact, misplaced, placeholder, placeholder_at, quoted
from query.errors import MOST_PROBLEMS, Problem, Problems
from query.fields import FIELD, NAMELESS_FIELD, UNCLOSED_FIELD, field_of, valueless
from query.terms import Found, folded, term_end, term_of, wildcard_problem
from query.text import EMOJI, MARKS, UNSEEN, emoji_key, fold, mention_key
from query.tokens import (
    AND,
    CLOSE,
    LARGEST,
    LEAF,
    NEAR,
    NOT,
    OPEN,
    OR,
    UNKNOWN,
    Token,
    small_number,
)

QUOTES = '"“”„«»'
OPERATORS = {"AND": AND, "OR": OR, "NOT": NOT}
LOWER = {"and": "AND", "or": "OR", "not": "NOT", "of": "OR", "en": "AND", "niet": "NOT"}
DUTCH = {"EN": "AND", "OF": "OR", "NIET": "NOT"}
SIGNS = {"&&": "AND", "||": "OR", "|": "OR", "+": "AND", "!": "NOT", "&": "AND"}

CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
#: Blanks, and format characters with nothing to hold on to: a mark of byte order, a joiner.
BLANK = re.compile(rf"\s+|[{UNSEEN}]+(?![{MARKS}])")
HIDDEN = re.compile(rf"[{UNSEEN}]")
CHUNK = re.compile(rf"[^\s(){QUOTES}<>{{}}]+")
SINGLE = re.compile(r"['‘]([^'‘’\"()<>{}]*\w[^'‘’\"()<>{}]*)['’](?=[\s),.]|$)")
TAG = re.compile(rf"#([\w*?{MARKS}]*)")
MENTION = re.compile(rf"@([\w.\-{MARKS}]+(?:@[\w.\-{MARKS}]+)?)")
AFTER = rf"(?=[\s(){QUOTES}<{{#@]|$)"
DISTANCE = re.compile(rf"(O?NEAR|W|PRE)(?:/(\d*))?{AFTER}")
SPACED_DISTANCE = re.compile(rf"(O?NEAR)\s*/\s*(\d+){AFTER}")
LOWER_DISTANCE = re.compile(rf"(?i:o?near|w|pre)/\d+{AFTER}")
SIGN = re.compile(r"&&+|\|\|+|\++|!+|\||[-–—−]+|&(?=\s|$)")
STUCK_DISTANCE = re.compile(r"O?NEAR/\d+")
EXCLAMATION = re.compile(r"!+(?=[\s)]|$)")
INNER_SIGN = re.compile(r"&&|\|\||[+|]|!(?=\w)")
EDGE = re.compile(r"[,.]+(?=[\s)]|$)")
IS_EMOJI = re.compile(EMOJI)


@dataclass
class Lexed:
    """All tokens of a text, and every problem that shows before the structure does."""

    text: str
    tokens: list[Token] = field(default_factory=list)
    errors: Problems = field(default_factory=Problems)
    warnings: Problems = field(default_factory=Problems)
    complete: bool = True

    def refuse(
        self, code: str, start: int, end: int, message: str, hint: str, fix: str | None = None
    ) -> None:
        self.errors.append(Problem(code, start, end - start, message, hint, fix))

    def without(self, start: int, end: int, instead: str = "") -> str:
        """The text with one stretch replaced."""
        return self.text[:start] + instead + self.text[end:]

    def keep(self, made: Found, span: ast.Span) -> int:
        """A term, or the place of a term that was refused; returns where it ends."""
        self.errors.extend(made.errors)
        self.warnings.extend(made.warnings)
        lone_sign = made.leaf is None and span[1] - span[0] == 1
        self.tokens.append(Token(UNKNOWN if lone_sign else LEAF, *span, made.leaf))
        return span[1]


def lex(text: str) -> Lexed:
    """Reads the text once from left to right; gives up when it holds nothing but mistakes."""
    found = Lexed(text)
    found.errors.extend(_control(text))
    hidden = len(found.errors)
    at = 0
    while at < len(text):
        if len(found.errors) - hidden >= MOST_PROBLEMS:
            found.complete = False
            break
        blank = BLANK.match(text, at)
        at = blank.end() if blank else _edge(found, _next(found, at))
    return found


def _control(text: str) -> Iterator[Problem]:
    """Control characters, lone surrogates, and the signs that turn the direction of reading."""
    clean = CONTROL.sub("", text)
    for found in islice(CONTROL.finditer(text), MOST_PROBLEMS):
        yield Problem(
            "control", found.start(), 1,
            f"Hier staat een onzichtbaar stuurteken (U+{ord(found.group()):04X}).",
            "Haal het teken weg.", clean,
        )  # fmt: skip


def _edge(found: Lexed, at: int) -> int:
    """A comma or dot at the end of a term is dropped with a warning."""
    edge = EDGE.match(found.text, at)
    if edge is None or not found.tokens or found.tokens[-1].kind not in (LEAF, CLOSE):
        return at
    if found.tokens[-1].end > at or found.text[at - 1].isspace():
        return at
    found.warnings.append(
        Problem(
            "punctuation", at, edge.end() - at, "Dit leesteken telt niet mee.", "Haal het weg.",
            found.without(at, edge.end()),
        )
    )  # fmt: skip
    return edge.end()


def _next(found: Lexed, at: int) -> int:
    """One token from `at`; returns where the next may start."""
    text, char = found.text, found.text[at]
    if char in "()":
        found.tokens.append(Token(OPEN if char == "(" else CLOSE, at, at + 1))
        return at + 1
    if char in QUOTES:
        return found.keep(*quoted(text, at))
    if char == "{":
        return found.keep(*exact(text, at))
    if char == "<" or text.startswith("&lt;", at):
        return found.keep(*placeholder(text, at))
    if char in ">}":
        found.refuse(
            "character", at, at + 1, f"Het teken {char} staat hier los.", "Haal het weg.",
            found.without(at, at + 1),
        )  # fmt: skip
        return at + 1
    picture = IS_EMOJI.match(text, at)
    if picture is not None:
        leaf = ast.Emoji(emoji_key(picture.group()), picture.span())
        return found.keep(Found(leaf), picture.span())
    single = SINGLE.match(text, at)
    if single is not None:
        return _single(found, single)
    if char in "#@*?" and (placed := placeholder_at(text, at + 1)) is not None:
        where = {"#": "achter #", "@": "achter @"}.get(char, "met een * of ?")
        return found.keep(Found(None, (misplaced(text, (at, placed), where, at, at + 1),)), (at, placed))  # fmt: skip
    if char == "#":
        return _tag(found, at)
    if char == "@":
        return _mention(found, at)
    return _word_like(found, at)


def _single(found: Lexed, single: re.Match[str]) -> int:
    start, end = single.span()
    inner = f'"{single.group(1).strip()}"'
    found.refuse(
        "quote", start, end, "Enkele aanhalingstekens maken geen woordgroep.", f"Schrijf {inner}.",
        found.without(start, end, inner),
    )  # fmt: skip
    return found.keep(Found(None), (start, end))


def _tag(found: Lexed, at: int) -> int:
    match = TAG.match(found.text, at)
    assert match is not None
    body, span = match.group(1), match.span()
    problem = wildcard_problem(body, at + 1)
    pattern = folded(body)
    if problem is None and not pattern:
        problem = Problem("character", at, 1, "Achter # hoort een woord.", "Schrijf bijvoorbeeld #azc.")  # fmt: skip
    after = found.text[span[1] : span[1] + 2]
    if problem is None and re.match(r"[-–'’/&.]\w", after):
        problem = Problem(
            "character", span[1], 1, f"Een hashtag houdt op bij het teken {after[0]}.",
            "Schrijf de hashtag aan elkaar, of maak er een woordgroep van.",
            found.without(span[1], span[1] + 1),
        )  # fmt: skip
        rest = CHUNK.match(found.text, span[1])
        span = (at, rest.end() if rest else span[1])
    if problem is not None:
        return found.keep(Found(None, (problem,)), span)
    return found.keep(Found(ast.Hashtag(pattern, span)), span)


def _mention(found: Lexed, at: int) -> int:
    match = MENTION.match(found.text, at)
    name = match.group(1).rstrip(".-@") if match else ""
    key = mention_key(name)
    if not re.match(r"\w", name) or not re.search(r"\w", key):
        return found.keep(
            Found(
                None,
                (
                    Problem("character", at, 1, "Achter @ hoort een account.",
                            "Schrijf bijvoorbeeld @gemrietmeer."),
                ),
            ),
            (at, at + 1),
        )  # fmt: skip
    span = (at, at + 1 + len(name))
    return found.keep(Found(ast.Handle(key, span)), span)


def _word_like(found: Lexed, at: int) -> int:
    """Operators first, then fields, then a bare term."""
    text = found.text
    distance = SPACED_DISTANCE.match(text, at) or DISTANCE.match(text, at)
    if distance is not None:
        return _distance(found, distance)
    shout = EXCLAMATION.match(text, at)
    if shout is not None and at and not re.match(r"[\s(]", text[at - 1]):
        found.refuse(
            "character", at, shout.end(), "Het teken ! hoort hier niet.", "Haal het weg.",
            found.without(at, shout.end()),
        )  # fmt: skip
        return shout.end()
    sign = SIGN.match(text, at)
    if sign is not None:
        return _sign(found, *sign.span())
    chunk = CHUNK.match(text, at)
    assert chunk is not None
    inner = INNER_SIGN.search(text, at, chunk.end())
    limit = chunk.end() if inner is None or inner.start() == at else inner.start()
    end = term_end(text, at, limit)
    word = HIDDEN.sub("", text[at:end])
    if word in OPERATORS:
        found.tokens.append(Token(OPERATORS[word], at, end))
        return end
    named = FIELD.match(text, at)
    if named is not None:
        return found.keep(field_of(named), named.span())
    unclosed = UNCLOSED_FIELD.match(text, at)
    if unclosed is not None:
        return found.keep(quoted(text, unclosed.end())[0], (at, unclosed.end() + 1))
    stuck = STUCK_DISTANCE.search(text, at, end)
    if stuck is not None:
        return _stuck(found, stuck, (at, end))
    nameless = NAMELESS_FIELD.match(text, at)
    if nameless is not None:
        return found.keep(valueless(nameless), nameless.span())
    _doubt_operator(found, word, at, end)
    return found.keep(*term_of(text, at, end))


def _doubt_operator(found: Lexed, word: str, at: int, end: int) -> None:
    means = DUTCH.get(word) or LOWER.get(fold(word))
    if means is None and LOWER_DISTANCE.fullmatch(word):
        means = word.upper().replace("PRE/", "ONEAR/").replace("W/", "NEAR/")
    if means is None:
        return
    code = "dutch-operator" if word in DUTCH else "lower-operator"
    found.warnings.append(
        Problem(
            code, at, end - at, f"{word} telt hier als een gewoon woord.",
            f"Bedoelt u {means}? Operatoren zijn Engels en staan in hoofdletters.",
            found.without(at, end, means),
        )
    )  # fmt: skip


def _distance(found: Lexed, match: re.Match[str]) -> int:
    name, number = match.group(1), match.group(2)
    start, end = match.span()
    if name in ("W", "PRE") and number is None:  # a lone W is a word
        return found.keep(Found(ast.Word(name.casefold(), (start, end))), (start, end))
    asked = small_number(number or "")
    spaced = (
        name in ("NEAR", "ONEAR") and number is not None and match.group() != f"{name}/{number}"
    )
    if name in ("W", "PRE"):
        near = "NEAR" if name == "W" else "ONEAR"
        means = f"{near}/{asked if asked else 5}"
        found.refuse(
            "operator", start, end, f"{name}/ bestaat hier niet.", f"Schrijf {means}.",
            found.without(start, end, means),
        )  # fmt: skip
    elif not asked or spaced:
        means = f"{name}/{asked or (LARGEST if number and number.strip('0') else 5)}"
        found.refuse(
            "near-operand", start, end,
            f"Achter {name} hoort een schuine streep en een getal van 1 tot en met 50.",
            f"Schrijf bijvoorbeeld {means}.", found.without(start, end, means),
        )  # fmt: skip
    found.tokens.append(Token(NEAR, start, end, distance=asked or 1, ordered=name == "ONEAR"))
    return end


def _stuck(found: Lexed, stuck: re.Match[str], span: ast.Span) -> int:
    """`azc*NEAR/2 b`: without a blank on both sides it would be a word."""
    start, end = stuck.span()
    found.refuse(
        "near-operand", start, end, f"{stuck.group()} staat tegen een term aan.",
        "Zet er aan beide kanten een spatie.",
        f"{found.text[:start].rstrip()} {stuck.group()} {found.text[end:].lstrip()}",
    )  # fmt: skip
    return found.keep(Found(None), span)


def _sign(found: Lexed, start: int, end: int) -> int:
    """An operator of another engine: name ours, and write it where it can stand."""
    sign = found.text[start:end]
    means = SIGNS.get(sign[:2]) or SIGNS.get(sign[:1], "NOT")
    before, after = found.text[:start].rstrip(), found.text[end:].lstrip()
    joins = bool(before) and not before.endswith("(") and bool(after)
    needed = joins or (means == "NOT" and bool(after))
    fix = f"{before} {means} {after}".strip() if needed else f"{before}{after}"
    if before.endswith("(") and needed:
        fix = f"{before}{means} {after}"
    found.refuse(
        "operator", start, end, f"Het teken {sign} is hier geen operator.",
        f"Schrijf {means}." if needed else "Haal het weg; een term is vanzelf verplicht.", fix,
    )  # fmt: skip
    found.tokens.append(Token(UNKNOWN, start, end))
    return end
