"""What a frozen row keeps of a text without keeping the text: link domains, reasons, kind of own post.

It is gleaned once, when an edition is drafted, and sealed with the row; a later release with other
words changes no edition that stands (R29, R34, R35).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from query.text import fold

LATE, NOT_INVOLVED, LOCATION = "te-laat", "niet-betrokken", "locatie"
REASONS = {
    LATE: "niet of te laat geïnformeerd",
    NOT_INVOLVED: "niet betrokken bij het besluit",
    LOCATION: "de keuze van de locatie",
}
PROCESS, INSIDE, ANSWER, CORRECTION = "proces", "inkijk", "antwoord", "correctie"
OWN_KINDS = {
    PROCESS: "Procesinformatie",
    INSIDE: "Inkijk in de opvang",
    ANSWER: "Antwoord",
    CORRECTION: "Correctie",
}
MOST_DOMAINS = 5
_ADDRESS = re.compile(r"(?i:https?://|(?<![\w@.])www\.)[^\s<>\"')\]]+")
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        LATE,
        re.compile(
            r"te laat|uit de krant|niets? (gehoord|geweten|verteld)|geen brief|niet (tijdig )?"
            r"(geinformeerd|ingelicht|verteld)|achteraf|overvallen|voldongen feit|via de media|"
            r"nergens over gehoord|pas (nu|gisteren|vandaag) (gehoord|verteld)"
        ),
    ),
    (
        NOT_INVOLVED,
        re.compile(
            r"inspraak|voor de buhne|eerst beslis|doorheen (gejast|gedrukt|geduwd)|doorgedrukt|"
            r"(niet|nooit) (gevraagd|geluisterd|gehoord|betrokken)|luister(en|t) niet|niet luister|"
            r"zonder (overleg|te vragen|ons)|over ons|achter (gesloten|onze rug)|al beslist|"
            r"dan luisteren|schijn(inspraak|participatie)|achterkamer"
        ),
    ),
    (
        LOCATION,
        re.compile(
            r"locatie|plek|waarom (hier|daar)|deze (straat|wijk|buurt)|naast (een|de|onze) school|"
            r"andere (kern|wijk|plaats)|in onze (straat|wijk|buurt)"
        ),
    ),
)
_THEMES = {
    "niet-geinformeerd": LATE,
    "bijeenkomst": NOT_INVOLVED,
    "besluit": NOT_INVOLVED,
    "locatie": LOCATION,
    "andere-locatie": LOCATION,
}
_OWN = (
    (
        CORRECTION,
        re.compile(
            r"klopt niet|onjuist|rectificatie|correctie|gerucht|misverstand|is niet waar|"
            r"rechtzetten|niet juist"
        ),
    ),
    (
        INSIDE,
        re.compile(
            r"foto|video|filmpje|kijkje|binnen kijken|rondleiding|open dag|zo ziet|aan het werk|"
            r"ontmoet|verhaal van|bewoners vertellen|ingericht|kennismak|zelf zien"
        ),
    ),
    (
        ANSWER,
        re.compile(
            r"antwoord|vraag en antwoord|veelgestelde|veel gestelde|u vroeg|q ?& ?a|vragenlijst|"
            r"wij krijgen de vraag|nog niet bekend"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Gleaned:
    """What stays of a text: `own_kind` only of a post of the municipality itself."""

    domains: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    own_kind: str | None = None


def glean(
    text: str, title: str, *, own: bool, codes: Collection[str], theme: str | None
) -> Gleaned:
    """Domains of links; reasons of a criticism (B3); the kind of an own post."""
    found = Gleaned(domains_in(text))
    critical = "B3" in codes
    if not (critical or own):
        return found
    folded = fold(f"{title}\n{text}")
    return Gleaned(
        found.domains,
        _reasons(folded, codes, theme) if critical and not own else (),
        own_kind_of(folded) if own else None,
    )


def domains_in(text: str) -> tuple[str, ...]:
    """Host names of the links in a text, without `www.`, each once, in order."""
    if "://" not in text and "www." not in text.casefold():
        return ()
    found: dict[str, None] = {}
    for address in _ADDRESS.findall(text):
        domain = _domain(address if "://" in address else f"https://{address}")
        if domain:
            found[domain] = None
    return tuple(found)[:MOST_DOMAINS]


def _domain(address: str) -> str:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    host = host.casefold().removeprefix("www.").rstrip(".")
    return host if "." in host and len(host) <= 100 else ""


def _reasons(folded: str, codes: Collection[str], theme: str | None) -> tuple[str, ...]:
    """Why people criticise, in the order of `REASONS`; empty when nothing says why."""
    found = {name for name, pattern in _WORDS if pattern.search(folded)}
    if "I5" in codes:
        found.add(LATE)
    if theme in _THEMES:
        found.add(_THEMES[theme])
    return tuple(name for name in REASONS if name in found)


def own_kind_of(folded: str) -> str:
    """What an own post is: a correction before an inside look before an answer, else process."""
    return next((name for name, pattern in _OWN if pattern.search(folded)), PROCESS)
