"""Which column of which tool means what. Data, to be read and corrected by whoever has such a file.

The names for 4CAT are those that its published sources write (read in November 2026, for its
collections of X, Instagram, Facebook, TikTok, TikTok comments and Telegram). Those for Spotler Engage
(formerly OBI4wan) and Coosto are to the best of our knowledge: no real export was at hand. The preview
shows what was recognised and `--map` corrects it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.errors import InvalidInput

FIELDS: Mapping[str, str] = {
    "id": "kenmerk van het bericht",
    "url": "adres van het bericht",
    "title": "titel",
    "text": "tekst",
    "author": "afzender",
    "date": "datum (en tijd)",
    "time": "tijd, als die apart staat",
    "platform": "platform of site",
    "lang": "taal",
    "thread": "gesprek waar het bij hoort",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """`columns`: per field the names to look for, best first, in lower case. `zone` is the one of
    times without a zone. `signs` are names that together give the tool away."""

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    zone: str = "Europe/Amsterdam"
    signs: tuple[frozenset[str], ...] = field(default=())


COOSTO = Profile(
    "coosto",
    "Coosto",
    {
        "id": ("id", "bericht id"),
        "url": ("url", "link"),
        "title": ("titel", "title"),
        "text": ("bericht tekst", "berichttekst", "bericht", "tekst"),
        "author": ("auteur",),
        "date": ("datum", "datum en tijd"),
        "time": ("tijd",),
        "platform": ("bron", "type"),
        "lang": ("taal",),
    },
    signs=(frozenset({"datum", "discussielengte"}), frozenset({"bericht tekst", "invloed"})),
)
SPOTLER = Profile(
    "spotler-engage",
    "Spotler Engage (OBI4wan)",
    {
        "id": ("bericht-id", "berichtid", "message id", "id"),
        "url": ("url", "link", "bericht url"),
        "title": ("titel", "onderwerp", "subject"),
        "text": ("bericht", "berichttekst", "inhoud", "content", "message"),
        "author": ("auteur", "gebruikersnaam", "author", "username"),
        "date": ("publicatiedatum", "datum", "date", "published"),
        "time": ("publicatietijd", "tijd", "time"),
        "platform": ("brontype", "kanaal", "bron", "source type", "source"),
        "lang": ("taal", "language"),
    },
    signs=(frozenset({"brontype", "bericht"}), frozenset({"publicatiedatum", "bericht"})),
)
#: `timestamp` is UTC in most collections and the server's own time in some; `unix_timestamp` beside
#: it is exact. `source` is the program that a post was written with, no platform.
FOUR_CAT = Profile(
    "4cat",
    "4CAT",
    {
        "id": ("id",),
        "url": ("comment_url", "tiktok_url", "url", "link", "post_url", "tweet_url"),
        "title": ("subject", "title"),
        "text": ("body", "text"),
        "author": ("author", "author_username", "author_name", "username"),
        "date": ("unix_timestamp", "timestamp_unix", "timestamp", "date"),
        "platform": ("platform",),
        "lang": ("language_guess", "language", "lang"),
        "thread": ("thread_id",),
    },
    zone="UTC",
    signs=(
        frozenset({"thread_id", "body"}),
        frozenset({"timestamp", "body"}),
        frozenset({"unix_timestamp", "body"}),
    ),
)
GENERIC = Profile(
    "algemeen",
    "Algemeen",
    {
        name: tuple(
            dict.fromkeys(
                alias
                for profile in (SPOTLER, COOSTO, FOUR_CAT)
                for alias in profile.columns.get(name, ())
            )
        )
        for name in FIELDS
    }
    | {"platform": ("platform", "kanaal", "brontype", "site", "bron", "source", "type")},
)
PROFILES: Mapping[str, Profile] = {
    profile.name: profile for profile in (SPOTLER, COOSTO, FOUR_CAT, GENERIC)
}


def profile_named(name: str | None, columns: tuple[str, ...]) -> Profile:
    """The profile that was asked for, or the one whose signs the file carries."""
    if name is not None:
        if name not in PROFILES:
            raise InvalidInput(
                f"Onbekend profiel {name!r}; kies uit {', '.join(PROFILES)}.", field="profile"
            )
        return PROFILES[name]
    there = {column.casefold() for column in columns}
    for profile in PROFILES.values():
        if any(sign <= there for sign in profile.signs):
            return profile
    return GENERIC


def mapping_of(
    profile: Profile, columns: tuple[str, ...], given: Mapping[str, str]
) -> dict[str, str]:
    """Field → column of this file; `given` wins. Raises `InvalidInput` when no text is found."""
    by_name = {column.casefold(): column for column in columns}
    found: dict[str, str] = {}
    for name, column in given.items():
        if name not in FIELDS:
            raise InvalidInput(
                f"Onbekend veld {name!r}; kies uit {', '.join(FIELDS)}.", field="map"
            )
        if column.casefold() not in by_name:
            raise InvalidInput(
                f"Er is geen kolom {column!r}; wel: {', '.join(columns[:40])}.", field="map"
            )
        found[name] = by_name[column.casefold()]
    taken = set(found.values())
    for name, aliases in profile.columns.items():
        if name in found:
            continue
        there = next((by_name[alias] for alias in aliases if alias in by_name), None)
        if there is not None and there not in taken:
            found[name] = there
            taken.add(there)
    if "text" not in found:
        raise InvalidInput(
            f"Geen kolom met de tekst van een bericht gevonden in: {', '.join(columns[:40])}. "
            "Wijs hem aan met --map text=KOLOM.",
            field="map",
        )
    return found
