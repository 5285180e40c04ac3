"""The webcare desk: give a post to somebody, say how far it is, take that back, hand a threat over.

Every act is kept with what was before, so that it can be undone while nobody acted since. Several
posts at once stand or fall together: one that a colleague changed meanwhile stops them all.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import Conflict, InvalidInput, NotFound
from app.services import answer_bank, handing_out
from app.services.access import Scope
from app.services.answer_bank import Offer
from app.services.house import House
from app.storage import Session
from app.storage import desk as rows
from app.storage import posts as post_rows
from app.storage import users as user_rows
from app.storage.models import WORK_STATES, HandOver, Hit, HitAct, SavedView, User

MOST_AT_ONCE = 200
PRIORITIES = (0, 1, 2)
#: Who a question goes to (handreiking 6.1, R9): the first code that a post has decides.
ROUTES: tuple[tuple[str, str], ...] = (
    ("S3", "veiligheid"), ("S2", "veiligheid"), ("S6", "veiligheid"), ("I3", "bestuurder"),
    ("S4", "vrijwilligerscoördinator"), ("I1", "webcare"), ("I2", "webcare"), ("I6", "webcare"),
    ("I5", "webcare"), ("I4", "communicatie"), ("B", "communicatie"), ("S", "veiligheid"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """One act on the desk: exactly one of these is set; `text` goes with any of them.

    `answer` is the id of an approved answer: the post stands answered with it.
    """

    state: str | None = None
    owner: str | None = None
    priority: int | None = None
    answer: int | None = None
    invite: bool = False
    text: str = ""

    def facts(self) -> dict[str, Any]:
        """What the log tells of it; the note stays with the post."""
        given = {"state": self.state, "owner": self.owner, "priority": self.priority,
                 "answer": self.answer, "invite": self.invite or None}  # fmt: skip
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Done:
    """What an act did: the name by which it is undone, and the new version per post key."""

    batch: str
    versions: Mapping[str, int]


def route_of(codes: Sequence[str]) -> str | None:
    """Who answers a post with these sub-labels; None when nobody has to."""
    for code, who in ROUTES:
        if any(one == code or (len(code) == 1 and one.startswith(code)) for one in codes):
            return who
    return None


def act(
    house: House, session: Session, scope: Scope, posts: Mapping[str, int], wanted: Wanted
) -> Done:
    """Do one thing to these posts (key → version read). All or nothing.

    Raises `InvalidInput`, `NotFound`, and `Conflict` naming the first that changed meanwhile.
    """
    if not 1 <= len(posts) <= MOST_AT_ONCE:
        raise InvalidInput(f"Kies 1 tot {MOST_AT_ONCE} berichten.", field="posts")
    name, change = _change(session, scope, wanted)
    hits = _locked(session, scope, posts)
    now, batch = house.clock.now(), secrets.token_hex(8)
    versions, owners = {}, set()
    for key, hit in hits.items():
        before = _state(hit)
        owners.add(hit.owner_id)
        for field, value in change.items():
            setattr(hit, field, value)
        if change.get("work_state") == "beantwoord":
            hit.answered_at = now
        elif "work_state" in change:
            hit.answered_at = None
        hit.version += 1
        versions[key] = hit.version
        rows.add_act(
            session,
            HitAct(
                hit_id=hit.id, user_id=scope.principal.user_id or None, act=name,
                before=before, after=_state(hit), text=wanted.text, batch=batch, at=now,
                answer_id=wanted.answer,
            ),
        )  # fmt: skip
    session.flush()
    if name == "assign":
        handing_out.changed(house, session, scope, owners, change["owner_id"], batch)
    return Done(batch, versions)


def undo(house: House, session: Session, scope: Scope, batch: str) -> Done:
    """Put back what an act changed. Raises `NotFound`, and `Conflict` when somebody acted since."""
    found = [pair for pair in rows.batch(session, scope.dossier.id, batch) if pair[0].act != "undo"]
    if not found:
        raise NotFound("Deze handeling is er niet (meer).")
    now, name = house.clock.now(), secrets.token_hex(8)
    versions = {}
    for one, hit in found:
        newest = rows.newest_act(session, hit.id)
        if newest is None or newest.id != one.id or _state(hit) != one.after:
            raise Conflict("Iemand deed intussen iets anders met dit bericht; dat blijft staan.")
    owners = set()
    for one, hit in found:
        before = _state(hit)
        owners.add(hit.owner_id)
        _put_back(hit, one.before)
        hit.version += 1
        versions[hit.post_key] = hit.version
        rows.add_act(
            session,
            HitAct(
                hit_id=hit.id, user_id=scope.principal.user_id or None, act="undo",
                before=before, after=_state(hit), batch=name, at=now,
            ),
        )  # fmt: skip
    session.flush()
    handing_out.changed(house, session, scope, owners, None, name)
    return Done(name, versions)


def history(session: Session, scope: Scope, post_key: str) -> list[tuple[HitAct, str | None]]:
    """Everything people did with a post, oldest first, with their names."""
    hit = _seen(session, scope, post_key)
    return [(one, user_rows.name_of(session, one.user_id)) for one in rows.acts(session, hit.id)]


def offers(session: Session, scope: Scope, post_key: str) -> list[Offer]:
    """Approved answers for a post, those of its theme first."""
    return answer_bank.offers(session, scope, _seen(session, scope, post_key).theme or None)


def opened(house: House, session: Session, scope: Scope, post_key: str) -> None:
    """This person has the card open now."""
    hit = _one(session, scope, post_key)
    rows.opened(session, hit.id, scope.principal.user_id, house.clock.now())


def save_view(
    house: House, session: Session, scope: Scope, name: str, query: str, *, team: bool
) -> SavedView:
    """Keep a set of filters under a name; one of the same name is replaced."""
    if not name.strip():
        raise InvalidInput("Geef de weergave een naam.", field="name")
    owner = None if team else scope.principal.user_id
    for there in rows.views(session, scope.dossier.id, scope.principal.user_id):
        if there.name == name.strip() and there.user_id == owner:
            there.query = query
            return there
    return rows.add_view(
        session,
        SavedView(
            dossier_id=scope.dossier.id, user_id=owner, name=name.strip(), query=query,
            created_at=house.clock.now(),
        ),
    )  # fmt: skip


def remove_view(session: Session, scope: Scope, view_id: int) -> str:
    """Forget a view; returns its name. Raises `NotFound`."""
    found = rows.view(session, scope.dossier.id, scope.principal.user_id, view_id)
    if found is None:
        raise NotFound("Deze weergave is er niet.")
    session.delete(found)
    return found.name


def hand_over(
    house: House,
    session: Session,
    scope: Scope,
    post_key: str,
    *,
    recipient: str,
    reference: str,
    note: str,
) -> HandOver:
    """Record that a threat was handed over; the software itself sends nothing (R19, P11)."""
    if not recipient.strip() or not reference.strip():
        raise InvalidInput("Noem aan wie het is overgedragen, en het kenmerk.", field="recipient")
    hit = _one(session, scope, post_key)
    return rows.add_hand_over(
        session,
        HandOver(
            dossier_id=scope.dossier.id, post_key=hit.post_key, recipient=recipient.strip(),
            reference=reference.strip(), note=note.strip(),
            by_user=scope.principal.user_id or None, at=house.clock.now(),
        ),
    )  # fmt: skip


def _change(session: Session, scope: Scope, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """(name of the act, columns to set); raises `InvalidInput`."""
    given = [wanted.state is not None, wanted.owner is not None, wanted.priority is not None,
             wanted.answer is not None, wanted.invite]  # fmt: skip
    if sum(given) > 1 or (sum(given) == 0 and not wanted.text.strip()):
        raise InvalidInput("Kies precies één handeling.", field="act")
    if wanted.state is not None:
        if wanted.state not in WORK_STATES:
            raise InvalidInput(f"Kies uit {', '.join(WORK_STATES)}.", field="state")
        return "status", {"work_state": wanted.state}
    if wanted.owner is not None:
        return "assign", {"owner_id": _colleague(session, scope, wanted.owner)}
    if wanted.priority is not None:
        if wanted.priority not in PRIORITIES:
            raise InvalidInput("Kies voorrang 0, 1 of 2.", field="priority")
        return "priority", {"priority": wanted.priority}
    if wanted.answer is not None:
        answer_bank.chosen(session, scope, wanted.answer)
        return "answer", {"work_state": "beantwoord"}
    return ("invite" if wanted.invite else "note"), {}


def _colleague(session: Session, scope: Scope, username: str) -> int | None:
    """The id of who gets it; an empty name takes it away from everybody."""
    if not username:
        return None
    for user in rows.colleagues(session, scope.dossier.organisation_id, scope.dossier.id):
        if user.username == username:
            return user.id
    raise InvalidInput(f"{username!r} werkt niet in dit dossier.", field="owner")


def _locked(session: Session, scope: Scope, posts: Mapping[str, int]) -> dict[str, Hit]:
    hits = rows.hits_to_change(session, scope.dossier.id, posts)
    for key, version in posts.items():
        hit = hits.get(key)
        if hit is None:
            raise NotFound("Een van deze berichten staat niet in dit dossier.", post_key=key)
        if hit.version != version:
            raise Conflict(
                "Een van deze berichten is intussen door een ander bijgewerkt. Laad het opnieuw.",
                version=hit.version, post_key=key,
            )  # fmt: skip
    return hits


def _one(session: Session, scope: Scope, post_key: str) -> Hit:
    hit = rows.hits_to_change(session, scope.dossier.id, [post_key]).get(post_key)
    if hit is None:
        raise NotFound("Dit bericht staat niet in dit dossier.", post_key=post_key)
    return hit


def _seen(session: Session, scope: Scope, post_key: str) -> Hit:
    """A hit to read, without a lock."""
    hit = post_rows.hit_in(session, scope.dossier.id, post_key)
    if hit is None:
        raise NotFound("Dit bericht staat niet in dit dossier.", post_key=post_key)
    return hit


def _state(hit: Hit) -> dict[str, Any]:
    answered = hit.answered_at.isoformat() if hit.answered_at else None
    return {
        "work_state": hit.work_state, "owner_id": hit.owner_id, "priority": hit.priority,
        "answered_at": answered,
    }  # fmt: skip


def _put_back(hit: Hit, before: Mapping[str, Any]) -> None:
    hit.work_state, hit.owner_id = before["work_state"], before["owner_id"]
    hit.priority = before["priority"]
    answered = before["answered_at"]
    hit.answered_at = datetime.fromisoformat(answered) if answered else None


def colleagues(session: Session, scope: Scope) -> list[User]:
    """Who may be given a post in this dossier."""
    return rows.colleagues(session, scope.dossier.organisation_id, scope.dossier.id)
