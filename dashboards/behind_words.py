"""The name of a number of a report in Dutch, for the list of the posts behind it."""

from __future__ import annotations

from dashboards import wording

#: What → (words, the table in which the value stands, "" when the value is a word of its own).
NAMES: dict[str, tuple[str, str]] = {
    "posts": ("alle getelde berichten", ""),
    "authors": ("van elke afzender het nieuwste bericht", ""),
    "label": ("label", "label"),
    "none": ("zonder label", ""),
    "questions": ("vragen", ""),
    "threat_candidates": ("mogelijke dreiging, nog te beoordelen", ""),
    "code": ("onderdeel", "sub_label"),
    "question": ("vragen over", "theme"),
    "distinct": ("van elke verschillende vraag het nieuwste bericht", ""),
    "cluster": ("dezelfde vraag", ""),
    "tone": ("toon", "sentiment"),
    "stance": ("standpunt", "stance"),
    "emotion": ("emotie", "emotion"),
    "criticism": ("kritiek op", "target"),
    "administrators": ("kritiek op bestuurders", ""),
    "reason": ("reden van kritiek", ""),
    "term": ("woord", ""),
    "locality": ("herkomst", "locality"),
    "group": ("groep", "group"),
    "source": ("bron", ""),
    "status": ("status", "status"),
    "coverage": ("nieuwsberichten zonder oordeel", ""),
    "person": ("nagekeken door een medewerker", ""),
    "doubt": ("de computer twijfelt", ""),
    "domain": ("link naar", ""),
    "favour": ("voor deze opvang", ""),
    "temporary": ("steun of hulp waar men tijdelijke opvang noemt", ""),
    "initiative": ("initiatieven", ""),
    "late": ("nagekomen", ""),
    "own": ("eigen berichten", ""),
    "read": ("gelezen bij bron", ""),
    "platform": ("platform", ""),
    "reactions": ("gesprek rond een link naar", ""),
    "landing": ("rond een eigen bericht", ""),
    "landed": ("na eigen berichten van een soort", ""),
}


def told(name: str) -> str:
    """`standpunt: tegen`; the name itself never becomes markup, the page escapes it."""
    what, _, value = name.partition(":")
    words, table = NAMES.get(what, (what, ""))
    if not value or what in ("administrators", "cluster", "landing", "landed"):
        return words
    return f"{words}: {wording.title(table, value).lower() if table else value}"
