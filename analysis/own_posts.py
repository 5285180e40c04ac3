"""How the municipality's own posts landed: the conversation before and after each of them (R2, R35).

Before and after are stretches of the same length, at most `SPAN`, inside the window of the edition,
so that everything is told from its frozen rows. A difference is no proof of a cause; the page says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from analysis.enough import LEAST, too_few
from analysis.gleaning import OWN_KINDS, PROCESS
from analysis.records import ReportPost, Window
from analysis.recount import codes_that_count

SPAN, SHORTEST = timedelta(hours=6), timedelta(hours=1)
MOST = 8


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
        "kinds": _kinds(told),
        "note": "" if told else "Er waren geen eigen berichten in deze periode.",
    }


def _one(post: ReportPost, rows: Sequence[ReportPost], window: Window) -> dict[str, Any]:
    at = post.published_at
    span = min(SPAN, at - window.starts, window.ends - at)
    before, after = _voices(rows, at - span, at), _voices(rows, at, at + span)
    least = before["n"] + after["n"]
    enough = span >= SHORTEST and least >= LEAST
    return {
        "post_key": post.post_key,
        "at": at.isoformat(),
        "kind": post.own_kind or PROCESS,
        "label": OWN_KINDS.get(post.own_kind or PROCESS, "Eigen bericht"),
        "minutes": int(span.total_seconds() // 60),
        "before": before,
        "after": after,
        "enough": enough,
        "note": "" if enough else too_few("hoe dit bericht landde", least),
    }


def _voices(rows: Sequence[ReportPost], starts: datetime, ends: datetime) -> dict[str, int]:
    """Posts, questions, criticism and appreciation in [starts, ends)."""
    several = [row for row in rows if starts <= row.published_at < ends]
    codes = [set(codes_that_count(row)) for row in several]
    return {
        "n": len(several),
        "questions": sum(row.is_question for row in several),
        "criticism": sum("B3" in found for found in codes),
        "support": sum("B5" in found for found in codes),
        "contra": sum(row.stance == "contra" for row in several),
    }


def _kinds(told: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Appreciation per kind of own post (R35); always with n."""
    found = []
    for kind, label in OWN_KINDS.items():
        several = [one for one in told if one["kind"] == kind]
        if several:
            found.append(
                {
                    "kind": kind,
                    "label": label,
                    "posts": len(several),
                    "n": sum(one["after"]["n"] for one in several),
                    "support": sum(one["after"]["support"] for one in several),
                    "criticism": sum(one["after"]["criticism"] for one in several),
                }
            )
    return found
