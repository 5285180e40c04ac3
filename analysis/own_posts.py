"""How the municipality's own posts landed: the conversation before and after each of them (R2, R35).

Before and after are stretches of the same length, at most `SPAN`, inside the window of the edition,
so that everything is told from its frozen rows. A difference is no proof of a cause; the page says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from analysis.enough import LEAST, too_few
from analysis.gleaning import OWN_KINDS, PROCESS
from analysis.records import ReportPost, Window
from analysis.recount import codes_that_count

SPAN, SHORTEST = timedelta(hours=6), timedelta(hours=1)
MOST = 8
SIDES = ("before", "after")
#: What is counted on either side of an own post.
MEASURES: Mapping[str, Callable[[ReportPost], bool]] = {
    "n": lambda row: True,
    "questions": lambda row: row.is_question,
    "criticism": lambda row: "B3" in codes_that_count(row),
    "support": lambda row: "B5" in codes_that_count(row),
    "contra": lambda row: row.stance == "contra",
}


def landing(
    own: Sequence[ReportPost], rows: Sequence[ReportPost], window: Window
) -> dict[str, Any]:
    """Every own post of the window with what was said before and after, and the sum per kind."""
    told = [
        _one(post, rows, window)
        for post in sorted(own, key=lambda post: (post.published_at, post.post_key))
    ]
    return {
        "n": len(told),
        "list": told[:MOST],
        "more": max(0, len(told) - MOST),
        "kinds": _kinds(own, rows, window),
        "note": "" if told else "Er waren geen eigen berichten in deze periode.",
    }


def around(
    post: ReportPost, rows: Sequence[ReportPost], window: Window, side: str, measure: str
) -> list[ReportPost]:
    """The posts that a measure counts before or after an own post."""
    at = post.published_at
    span = _span(post, window)
    starts, ends = (at - span, at) if side == "before" else (at, at + span)
    test = MEASURES[measure]
    return [row for row in rows if starts <= row.published_at < ends and test(row)]


def _span(post: ReportPost, window: Window) -> timedelta:
    return min(SPAN, post.published_at - window.starts, window.ends - post.published_at)


def _one(post: ReportPost, rows: Sequence[ReportPost], window: Window) -> dict[str, Any]:
    at = post.published_at
    span = _span(post, window)
    before, after = (
        {name: len(around(post, rows, window, side, name)) for name in MEASURES} for side in SIDES
    )
    least = before["n"] + after["n"]
    enough = span >= SHORTEST and least >= LEAST
    return {
        "post_key": post.post_key,
        "at": at.isoformat(),
        "kind": kind_of(post),
        "label": OWN_KINDS.get(kind_of(post), "Eigen bericht"),
        "minutes": int(span.total_seconds() // 60),
        "before": before,
        "after": after,
        "enough": enough,
        "note": "" if enough else too_few("hoe dit bericht landde", least),
    }


def kind_of(post: ReportPost) -> str:
    return post.own_kind or PROCESS


def after_kind(
    kind: str, own: Sequence[ReportPost], rows: Sequence[ReportPost], window: Window, measure: str
) -> list[ReportPost]:
    """What was said after own posts of a kind, each post once."""
    found = {
        row.post_key: row
        for post in own
        if kind_of(post) == kind
        for row in around(post, rows, window, "after", measure)
    }
    return list(found.values())


def _kinds(
    own: Sequence[ReportPost], rows: Sequence[ReportPost], window: Window
) -> list[dict[str, Any]]:
    """Appreciation per kind of own post (R35); always with n."""
    found = []
    for kind, label in OWN_KINDS.items():
        several = sum(kind_of(post) == kind for post in own)
        if several:
            counts = {
                name: len(after_kind(kind, own, rows, window, name))
                for name in ("n", "support", "criticism")
            }
            found.append({"kind": kind, "label": label, "posts": several, **counts})
    return found


def is_told(post: ReportPost) -> bool:
    """An own post that a report tells of."""
    return post.own and not post.late and post.status != "ruis"
