"""The demo's posts as written and hand-labelled by us, set on a calendar that ends yesterday.

All places, people and posts are fictional. The hand labels stand beside the posts to show how far
the labeller agrees with a person; they are never shown to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files

from app.clock import AMSTERDAM, first_instant_at, local_date

DAYS = 14
REPORT_HOUR = 8
LATE_BY = timedelta(days=2)
CHANNELS = ("regiobode", "reacties", "forum", "mastodon", "gemeente", "wijkblad")


@dataclass(frozen=True, slots=True)
class HandLabel:
    """What the author of a post said of it by the guide, in one pass."""

    status: str
    sub_labels: tuple[str, ...]
    is_question: bool
    sentiment: str
    threat: bool

    @property
    def letters(self) -> frozenset[str]:
        return frozenset(code[0] for code in self.sub_labels)


@dataclass(frozen=True, slots=True)
class DemoPost:
    """One post: when it was written and when its source first shows it."""

    id: str
    channel: str
    published_at: datetime
    shown_at: datetime
    author: str | None
    title: str
    text: str
    repost: bool
    lang: str
    expect_match: bool
    hand: HandLabel | None


def first_day(now: datetime) -> date:
    """Day 0: fourteen whole days that end with the newest day whose edition is due."""
    today = local_date(now)
    due_today = now >= first_instant_at(today, REPORT_HOUR, 0)
    return today - timedelta(days=DAYS if due_today else DAYS + 1)


def read_corpus(start: date) -> tuple[DemoPost, ...]:
    """Every post, oldest first, with day 0 on `start` (local dates)."""
    posts: list[DemoPost] = []
    for channel in CHANNELS:
        lines = files("app.demo").joinpath("data", f"{channel}.jsonl").read_text("utf-8")
        posts.extend(_post(json.loads(line), channel, start) for line in lines.splitlines() if line)
    return tuple(sorted(posts, key=lambda post: (post.published_at, post.id)))


def _post(row: Mapping[str, object], channel: str, start: date) -> DemoPost:
    day = start + timedelta(days=int(str(row["day"])))
    hour, minute = (int(part) for part in str(row["time"]).split(":"))
    published = datetime(day.year, day.month, day.day, hour, minute, tzinfo=AMSTERDAM)
    sub_labels = row["sub_labels"]
    hand = None
    if row["expect_match"]:
        hand = HandLabel(
            status=str(row["status"]),
            sub_labels=tuple(sub_labels) if isinstance(sub_labels, list) else (),
            is_question=bool(row["is_question"]),
            sentiment=str(row["sentiment"]),
            threat=bool(row["threat"]),
        )
    return DemoPost(
        id=str(row["id"]),
        channel=channel,
        published_at=published,
        shown_at=published + LATE_BY if row.get("late") else published,
        author=str(row["author"]) if row["author"] else None,
        title=str(row["title"]),
        text=str(row["text"]),
        repost=bool(row["repost"]),
        lang=str(row["lang"]),
        expect_match=bool(row["expect_match"]),
        hand=hand,
    )
