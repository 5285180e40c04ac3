"""Everything around one post: the conversation it stands in (R49), and what people did with it.

What was said around a hit is kept beside it and counts nowhere; another hit of the same conversation
is shown as what it is. Texts are masked, and what a reader may not read stays hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from analysis.masking import mask
from app.clock import local_date
from app.errors import NotFound
from app.services import posts
from app.services.access import Permission, Scope
from app.services.export import allowed_mentions
from app.services.house import House
from app.storage import Session, inbox
from app.storage import desk as desk_rows
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage import users as user_rows
from app.storage.inbox import HitFilter
from app.storage.models import Hit

MOST_AROUND = 60


@dataclass(frozen=True, slots=True)
class Around:
    """One post of the conversation: "parent" or "reply" without a hit, or "hit" with its key."""

    relation: str
    published_at: datetime
    text: str
    post_key: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person did with a post. `act` is a code; `batch` undoes an act on the desk and
    `annotation` a label, where nobody did anything since."""

    at: datetime
    by: str | None
    act: str
    text: str = ""
    detail: str = ""
    batch: str = ""
    annotation: int | None = None


def around(house: House, session: Session, scope: Scope, post_key: str) -> list[Around]:
    """The conversation of a post, oldest first; empty where the post itself may not be read."""
    rows = inbox.hits_page(session, HitFilter(scope.dossier.id, post_key=post_key or "-"), None, 1)
    if not rows:
        raise NotFound("Dit bericht staat niet in dit dossier.", post_key=post_key)
    hit, post, _ = rows[0]
    shown = next(iter(posts.show(house, session, scope, rows)))
    if shown.hidden:
        return []
    allowed = allowed_mentions(session, scope.dossier.id, local_date(house.clock.now()))
    found = [
        Around(row.relation, row.published_at, mask(row.text, allowed).text)
        for row in desk_rows.contexts(session, hit.id)
    ]
    if post.thread_key is not None:
        thread = inbox.hits_in_thread(session, scope.dossier.id, post.thread_key, MOST_AROUND)
        found += [
            Around("hit", other.row.published_at, other.text or other.title, other.row.post_key)
            for other in posts.show(house, session, scope, thread)
            if other.row.post_key != post_key and not other.hidden
        ]
    return sorted(found, key=lambda one: one.published_at)


def history(session: Session, scope: Scope, post_key: str) -> list[Event]:
    """What people did and said, newest first. Raises `NotFound`."""
    hit = post_rows.hit_in(session, scope.dossier.id, post_key)
    if hit is None:
        raise NotFound("Dit bericht staat niet in dit dossier.", post_key=post_key)
    found = [*_acts(session, hit), *_labels(session, hit)]
    if scope.may(Permission.THREATS):
        found += [
            Event(row.at, user_rows.name_of(session, row.by_user), "hand-over",
                  row.note, f"{row.recipient}, {row.reference}")
            for row in desk_rows.hand_overs_of(session, scope.dossier.id, post_key)
        ]  # fmt: skip
    return sorted(found, key=lambda event: event.at, reverse=True)


def _acts(session: Session, hit: Hit) -> Iterator[Event]:
    acts = desk_rows.acts(session, hit.id)
    for row in acts:
        before, after = row.before, row.after
        detail = ""
        if row.act == "assign":
            detail = user_rows.name_of(session, after.get("owner_id")) or "niemand"
        elif before.get("work_state") != after.get("work_state"):
            detail = str(after.get("work_state"))
        elif row.act == "priority":
            detail = f"priority:{after.get('priority')}"
        newest = row is acts[-1] and row.act not in ("undo", "confirm", "dismiss")
        yield Event(
            row.at, user_rows.name_of(session, row.user_id), row.act, row.text, detail,
            batch=row.batch if newest else "",
        )  # fmt: skip


def _labels(session: Session, hit: Hit) -> Iterator[Event]:
    counts = label_rows.newest_annotations(session, [hit.id]).get(hit.id)
    for row in label_rows.history(session, hit.id):
        if row.output.get("blind", False):
            continue  # a second reading that must not lean on the first, nor the other way round
        name = user_rows.name_of(session, row.user_id)
        if row.withdraws is not None:
            yield Event(row.created_at, name, "withdraw")
            continue
        said = " ".join(row.sub_labels) or row.status
        undoes = row.id if counts is not None and counts.id == row.id else None
        yield Event(row.created_at, name, "label", row.note, said, annotation=undoes)
