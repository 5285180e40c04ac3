"""Which language a post is in: a small closed set, and the benefit of the doubt for short posts."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

LANGUAGES = ("nl", "en", "de", "fr", "fy", "tr", "ar", "af", "pl")
UNKNOWN = "und"
"""Another script than ours, in no language of the set."""

JUDGED = frozenset({"nl", "fy", "af"})
"""Frisian is judged; Afrikaans here is always short Dutch that the identifier took for it."""

MIN_LETTERS = 20
STATED_LETTERS = 40
READ_CHARACTERS = 1_000
DUTCH_SHARE = 0.2

_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\d+")
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
# Function words that none of the other languages of the set spells this way (Afrikaans aside).
_DUTCH_WORDS = """
de het een niet van voor maar zijn wordt worden ook nog naar wij jullie geen deze dit dat waarom
wanneer hoeveel heeft hebben moeten kunnen zou ik jij hij ons onze mijn uit bij als wel toch nou
alleen altijd weer nooit gaan komt komen krijgen weten wie hoe waar ze
"""
_DUTCH = frozenset(_DUTCH_WORDS.split())
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")


def detect(text: str) -> str:
    """ISO 639-1 code out of `LANGUAGES`, or `UNKNOWN`; fewer than 20 Latin letters count as Dutch.

    Reads at most 1,000 characters, and not the links, mentions and hashtags in them. A post in
    which every fifth word is a Dutch function word is Dutch without asking the identifier.
    """
    plain = _NOT_WORDS.sub(" ", text[:READ_CHARACTERS])
    letters = _LETTER.findall(plain)
    latin = len(_LATIN.findall(plain))
    if len(letters) < MIN_LETTERS and latin * 2 >= len(letters):
        return "nl"
    words = _WORD.findall(plain.lower())
    known = [word for word in words if word in _DUTCH]
    if len(set(known)) >= 2 and len(known) >= DUTCH_SHARE * len(words):
        return "nl"
    told = str(_identifier().classify(_encodable(plain))[0])
    return UNKNOWN if latin * 2 < len(letters) and told in JUDGED else told


def is_judged(text: str, stated: str | None) -> bool:
    """Whether a labeller may judge this post: Dutch, Frisian, or too short to say otherwise.

    What a source states decides only for posts under 40 letters: on longer ones the words know
    better, because many accounts write in another language than their profile says.
    """
    if stated and _letters_up_to(text, STATED_LETTERS) < STATED_LETTERS:
        language = stated.lower().split("-")[0]
        if language in JUDGED:
            return True
        if _letters_up_to(text, MIN_LETTERS) < MIN_LETTERS and not _has_dutch(text):
            return False
    return detect(text) in JUDGED


def _letters_up_to(text: str, bar: int) -> int:
    count = 0
    for character in text[:READ_CHARACTERS]:
        count += character.isalpha()
        if count >= bar:
            break
    return count


def _has_dutch(text: str) -> bool:
    return any(word in _DUTCH for word in _WORD.findall(text[:READ_CHARACTERS].lower()))


def _encodable(text: str) -> str:
    """Lone surrogates have no UTF-8 form; they never help to tell a language."""
    return text.encode("utf-8", "replace").decode("utf-8")


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=False)
    identifier.set_languages(list(LANGUAGES))
    return identifier
