"""Where approved editions go, in words that name nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from analysis.dutch import listed, some

WORDS = {
    "mail": ("mailadres", "mailadressen"),
    "folder": ("map op de server", "mappen op de server"),
    "webhook": ("ander systeem", "andere systemen"),
}


def distribution(desks: Iterable[tuple[str, str]]) -> str:
    """`2 mailadressen en 1 map op de server`; empty when nobody gets it."""
    found = Counter(notifier for notifier, _ in desks)
    return listed(
        [
            some(found[name], *WORDS.get(name, (f"ontvanger ({name})", f"ontvangers ({name})")))
            for name in sorted(found)
        ]
    )
