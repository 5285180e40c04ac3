"""The posts behind a number of a report: the same frozen rows, chosen the way they were counted.

A number is named `what` or `what:value`, for instance `label:betekenisgeving` or `stance:contra`. The
name stands in the address of a list, so that a number opens exactly the posts that it counts, whatever
was relabelled, erased or seen later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from analysis import asked, chances, criticism, own_posts, where
from analysis.blocks import PRESS
from analysis.records import SENSE_MAKING, ReportPost, Window
from analysis.recount import codes_that_count, counted, is_threat_candidate, labels_that_count
from analysis.sides import side_of


class UnknownNumber(ValueError):
    """No number of a report has this name."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What one edition was counted from; `platforms` are source slug to name of the platform."""

    rows: Sequence[ReportPost]
    window: Window
    platforms: Mapping[str, str] = field(default_factory=dict)


Test = Callable[[ReportPost, str], bool]


def _judged(row: ReportPost) -> bool:
    return row.status in ("gelabeld", "geen")


def _labelled(row: ReportPost) -> bool:
    return row.status == "gelabeld"


def _means(row: ReportPost) -> bool:
    return SENSE_MAKING in labels_that_count(row)


#: Numbers over the posts that a report counts; the value is "" when the name has none.
COUNTED: Mapping[str, Test] = {
    "posts": lambda row, _: True,
    "label": lambda row, value: value in labels_that_count(row),
    "none": lambda row, _: row.status == "geen",
    "questions": lambda row, _: row.is_question and row.status != "echo",
    "threat_candidates": lambda row, _: is_threat_candidate(row),
    "code": lambda row, value: value in codes_that_count(row),
    "question": lambda row, value: asked.is_asked(row) and value in ("", asked.theme_of(row)),
    "cluster": lambda row, value: asked.is_asked(row) and row.asks == value,
    "tone": lambda row, value: _judged(row) and value in ("", row.sentiment_label),
    "stance": lambda row, value: _labelled(row) and value in ("", row.stance),
    "emotion": lambda row, value: _means(row) and value in row.emotion,
    "criticism": lambda row, value: (
        _means(row) and "B3" in row.sub_labels and (row.target or "geen") == value
    ),
    "administrators": lambda row, value: (
        criticism.is_about_them(row) and (not value or not row.reasons)
    ),
    "reason": lambda row, value: criticism.is_about_them(row) and value in row.reasons,
    "term": lambda row, value: value in row.terms_used,
    "locality": lambda row, value: row.locality == value,
    "group": lambda row, value: (row.group or "unknown") == value,
    "source": lambda row, value: row.source == value,
    "status": lambda row, value: row.status == value,
    "coverage": lambda row, _: row.status == "geen" and row.group in PRESS,
    "person": lambda row, _: row.by_person,
    "doubt": lambda row, _: row.doubt,
    "domain": lambda row, value: value in row.domains,
    "favour": lambda row, _: chances.is_in_favour(row),
    "temporary": lambda row, _: chances.is_for_temporary(row),
    "initiative": lambda row, value: side_of(row) == value,
}
#: Numbers over every frozen row of the edition.
EVERYTHING: Mapping[str, Test] = {
    "late": lambda row, value: (
        row.late
        and row.status != "ruis"
        and not row.own
        and value in ("", row.local_date.isoformat())
    ),
    "own": lambda row, _: row.own and not row.late,
    "read": lambda row, value: row.source == value and not row.late,
}


def behind(edition: Edition, name: str) -> list[ReportPost]:
    """The posts that the number of this name counts, newest first. Raises `UnknownNumber`."""
    what, _, value = name.partition(":")
    rows = counted(edition.rows)
    if what == "authors":
        found = _one_of_each(rows)
    elif what == "distinct":
        found = asked.one_of_each(rows)
    elif what in COUNTED:
        found = [row for row in rows if COUNTED[what](row, value)]
    elif what in EVERYTHING:
        found = [row for row in edition.rows if EVERYTHING[what](row, value)]
    elif what == "platform":
        found = [row for row in rows if edition.platforms.get(row.source, row.source) == value]
    elif what == "reactions":
        found = where.reactions(rows, edition.rows, value)
    elif what == "landing":
        found = _landing(edition, rows, value)
    elif what == "landed":
        found = _landed(edition, rows, value)
    else:
        raise UnknownNumber(name)
    return sorted(found, key=lambda row: (row.published_at, row.post_key), reverse=True)


def _one_of_each(rows: list[ReportPost]) -> list[ReportPost]:
    """The newest post of every author: as many as there are authors, and no list of persons."""
    newest: dict[str, ReportPost] = {}
    for row in sorted(rows, key=lambda row: (row.published_at, row.post_key)):
        if row.author is not None:
            newest[row.author] = row
    return list(newest.values())


def _landed(edition: Edition, rows: list[ReportPost], value: str) -> list[ReportPost]:
    """`landed:<kind>:<measure>`: the talk after all own posts of a kind."""
    kind, _, measure = value.partition(":")
    if measure not in own_posts.MEASURES:
        raise UnknownNumber(f"landed:{value}")
    own = [row for row in edition.rows if own_posts.is_told(row)]
    return own_posts.after_kind(kind, own, rows, edition.window, measure)


def _landing(edition: Edition, rows: list[ReportPost], value: str) -> list[ReportPost]:
    """`landing:<post key>:<before or after>:<measure>`: the talk around one own post."""
    key, _, rest = value.partition(":")
    side, _, measure = rest.partition(":")
    post = next((row for row in edition.rows if row.post_key == key and row.own), None)
    if post is None or side not in own_posts.SIDES or measure not in own_posts.MEASURES:
        raise UnknownNumber(f"landing:{value}")
    return own_posts.around(post, rows, edition.window, side, measure)
