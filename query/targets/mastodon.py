"""Mastodon: `/api/v2/search` (needs a token, words are AND, no OR) and hashtag timelines.

A bare word also finds its hashtag, and a hashtag timeline takes four tags at once and no token on many
servers, so the words of the narrowest group are offered both ways.
"""

from __future__ import annotations

from query.matcher import CompiledQuery
from query.targets.parts import MOST_QUERIES, Export, Reading, SourceQuery

#: Tags of one timeline.
MOST_TAGS = 4


def export(query: CompiledQuery) -> Export:
    """One search per alternative of the narrowest group, and timelines of its tags."""
    reading = Reading(query, by_field=lambda _: None)
    terms = reading.searches(MOST_QUERIES)
    searches = [SourceQuery(term) for term in terms]
    tags = [term.removeprefix("#") for term in terms if term.removeprefix("#").isalnum()]
    timelines = [
        SourceQuery("", tuple(tags[start : start + MOST_TAGS]), {"any": "true"})
        for start in range(0, len(tags), MOST_TAGS)
    ]
    return Export("mastodon", "Mastodon", (*searches, *timelines), reading.losses)
