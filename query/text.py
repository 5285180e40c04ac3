"""The one normalisation and tokenisation of the house, keeping every offset of the original text.

Folding: NFKC, case folded, accents and format characters removed. Tokens: runs of letters, digits
and `_`; hashtags; mentions; emoji sequences; URLs are taken out first (query-language.md §1).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

#: Letters that Unicode does not take apart but that people write without.
LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th", "ŋ": "n"}
)


def _marks() -> str:
    """Every combining mark and format character, as the inside of a character class."""
    inside = [*range(0x80, 0x10000), *range(0xE0000, 0xE0200)]
    found = [code for code in inside if unicodedata.category(chr(code)) in ("Mn", "Me", "Cf")]
    return "".join(f"\\U{code:08x}" for code in found)


#: Combining marks and format characters: inside a word they are part of it, and fold away.
MARKS = _marks()
#: Format characters alone; those that turn the direction of reading are refused in a query.
UNSEEN = "\\u00ad\\u200b-\\u200d\\u2060-\\u2064\\ufeff"
PICTURE = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
)
SKIN = "\U0001f3fb-\U0001f3ff"
FLAG = "[\U0001f1e6-\U0001f1ff]"
ONE_PICTURE = f"[{PICTURE}{SKIN}]\ufe0f?[{SKIN}]?\u20e3?(?:[\U000e0020-\U000e007f]+)?"
EMOJI = rf"{FLAG}{FLAG}|[0-9#*]\ufe0f?\u20e3|{ONE_PICTURE}(?:\u200d{ONE_PICTURE})*"
KEYCAP = r"\d(?!\ufe0f?\u20e3)"
NAME = rf"[\w.\-{MARKS}]+"


#: An address runs to the next blank; `https://` also begins one against a word, `www.` does not.
URL = re.compile(r"(?i:https?://|(?<![\w@])www\.)\S+")


def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<emoji>{EMOJI})"
        rf"|(?P<mention>(?<![\w\u0300-\u036f])@(?=\w){NAME}(?:@{NAME})?)"
        rf"|\#(?P<hashtag>{word})|(?P<word>{word})"
    )


WORD = rf"\w[\w{MARKS}]*"
#: A word that stops before a keycap, for the rare text that holds one.
WORD_WITH_KEYCAPS = rf"(?:[^\W\d]|{KEYCAP})(?:[^\W\d]|[{MARKS}]|{KEYCAP})*"
ENCLOSING = "\u20e3"
TOKENS, TOKENS_WITH_KEYCAPS = _pattern(WORD), _pattern(WORD_WITH_KEYCAPS)
#: Plain text needs no emoji and no marks, and most Dutch posts are plain.
PLAIN_TOKENS = re.compile(
    r"(?P<mention>(?<!\w)@(?=\w)[\w.\-]+(?:@[\w.\-]+)?)"
    r"|\#(?P<hashtag>\w+)|(?P<word>\w+)",
)
FORMAT = re.compile(f"[{MARKS}]")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `key` is folded; `raw` as written (NFC); offsets in the text as given."""

    kind: str
    key: str
    raw: str
    start: int
    end: int


def fold(text: str) -> str:
    """One spelling for all spellings: `Syrië`, `SYRIE` and their decomposed forms are equal.

    Folding what is folded changes nothing.
    """
    if text.isascii():
        return text.lower()
    folded, before = _fold_once(text), text
    while folded != before:
        folded, before = _fold_once(folded), folded
    return folded


def _fold_once(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = unicodedata.normalize("NFD", folded).translate(LETTERS)
    kept = "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return unicodedata.normalize("NFC", kept)


@lru_cache(maxsize=65_536)
def token_key(text: str) -> str:
    """The folded form of one token, letters, digits and `_` alone; folding it again changes nothing."""
    if text.isascii():
        return text.lower()
    key, again = text, ""
    while key != again:
        key, again = re.sub(r"\W", "", fold(key)), key
    return key


def tokenize(text: str) -> list[Token]:
    """All tokens in order; URLs and punctuation are not among them."""
    return list(_tokens(text))


def _finder(text: str) -> re.Pattern[str]:
    if text.isascii():
        return PLAIN_TOKENS
    return TOKENS_WITH_KEYCAPS if ENCLOSING in text else TOKENS


def _between_urls(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for found in URL.finditer(text):
        yield at, found.start()
        at = found.end()
    yield at, len(text)


def _found(text: str) -> Iterator[re.Match[str]]:
    """What the pattern finds outside the addresses."""
    finder = _finder(text)
    if "://" not in text and "." not in text:
        yield from finder.finditer(text)
        return
    for start, end in _between_urls(text):
        yield from finder.finditer(text, start, end)


def _tokens(text: str) -> Iterator[Token]:
    for found in _found(text):
        kind = found.lastgroup or ""
        start, end = found.span()
        raw = found.group(kind)
        if kind == "mention":
            raw = raw.rstrip(".-@")
            end = start + len(raw)
            yield Token(kind, mention_key(raw[1:]), raw[1:], start, end)
        elif kind == "emoji":
            yield Token(kind, emoji_key(raw), raw, start, end)
        else:
            key = token_key(raw)
            if key:
                yield Token(kind, key, exact_key(raw), start, end)


def token_keys(text: str) -> list[tuple[str, str]]:
    """(kind, key) of all tokens in order, without their places: half the work of `tokenize`."""
    keys = []
    for found in _found(text):
        kind = found.lastgroup or ""
        raw = found[kind]
        if kind == "mention":
            keys.append((kind, mention_key(raw.rstrip(".-@")[1:])))
        elif kind == "emoji":
            keys.append((kind, emoji_key(raw)))
        elif key := token_key(raw):
            keys.append((kind, key))
    return keys


@lru_cache(maxsize=65_536)
def mention_key(name: str) -> str:
    """A mention without its @, folded: `naam` or `naam@host`."""
    return fold(name).strip(".-@")


def exact_key(text: str) -> str:
    """The word as written, case and accents kept: NFC without format characters."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", FORMAT.sub(_keep_marks, text))


def _keep_marks(found: re.Match[str]) -> str:
    """Format characters go, accents stay: exact matching is on the NFC text."""
    return "" if unicodedata.category(found.group()) == "Cf" else found.group()


def emoji_key(text: str) -> str:
    """An emoji without the sign that only asks for its coloured form."""
    return text.replace("\ufe0f", "")


def urls(text: str) -> list[tuple[int, int, str]]:
    """(start, end, folded address) of every URL, for `url:`."""
    return [(*found.span(), fold(found.group())) for found in URL.finditer(text)]


def mentions(text: str) -> list[tuple[int, int, str]]:
    """(start, end, folded name without @) of every mention."""
    return [(t.start, t.end, t.key) for t in _tokens(text) if t.kind == "mention"]
