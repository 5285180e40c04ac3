"""Does the name of an account look like a private person's? It flags, a person decides (P2)."""

from __future__ import annotations

import re

from query.doubts import looks_like_person
from query.names import is_function
from query.text import token_key

#: What a handle may put between a first name and a surname.
JOINTS = re.compile(r"[\s._\-]+")
CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
DIGITS = re.compile(r"\d+$")
#: Words in a handle that name a function or an office: the account is no private person's.
OFFICES = re.compile(
    r"redactie|nieuws|journalist|verslaggever|krant|omroep|fractie|raadslid|wethouder|burgemeester"
    r"|politie|wijkagent|gemeente|stichting|vereniging|partij|comite|persdienst|woordvoerder"
)
#: `jandevries`: what stands between the first name and the surname when they are written as one.
BETWEEN = re.compile(r"(?:van(?:der|den|de)?|de[nr]?|te[nr])[a-z]{3,}$")


def looks_private(handle: str) -> bool:
    """True for `jan.de.vries`, `JanDeVries`, `jandevries1970`; false for `wethouder.jan.bos`."""
    name = handle.strip().lstrip("@")
    if OFFICES.search(token_key(name)):
        return False
    parts = [part for chunk in JOINTS.split(name) for part in CAMEL.split(chunk)]
    words = [word for part in parts if (word := DIGITS.sub("", token_key(part)))]
    if not words or any(is_function(word) for word in words):
        return False
    if len(words) == 1:
        return _tied(words[0])
    return len(words) <= 5 and _first_name(words[0]) and all(word.isalpha() for word in words)


def _first_name(word: str) -> bool:
    return looks_like_person((word, "jansen"))


def _tied(word: str) -> bool:
    """One word that splits into a first name, a joining word and a surname."""
    return any(
        BETWEEN.match(word, end) is not None and _first_name(word[:end])
        for end in range(3, len(word) - 4)
    )
