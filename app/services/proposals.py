"""Proposals: found by the software, decided by a person with a reason (R48, trust.md P11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.clock import local_date
from app.errors import Conflict, InvalidInput, NotFound
from app.services import sourcing
from app.services.audit import note
from app.services.house import House
from app.services.likeness import WINDOW, Said, alike
from app.services.pointing import SERVER, SITE, TAG, pointers, unknown
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import posts as post_rows
from app.storage import proposals as rows
from app.storage import sources as source_rows
from app.storage.models import CopyProposal, Dossier, SourceProposal

#: A place is worth a person's time when this many posts point at it.
LEAST_SEEN = 3
LOOK_BACK = timedelta(days=2)
PLACE, COPY = "plek", "kopie"


def look_around(house: House) -> dict[str, int]:
    """The recurring job: note where recent hits point, and which of them may be one message."""
    now = house.clock.now()
    done = {"sightings": 0, "copies": 0}
    with house.database.read() as session:
        slugs = [
            row.slug
            for row in dossier_rows.everything(session)
            if row.starts <= local_date(now) <= row.ends and row.cleared_at is None
        ]
    for slug in slugs:
        with house.database.write() as session:
            dossier = dossier_rows.by_slug(session, slug)
            if dossier is not None:
                done["sightings"] += _sight(session, dossier, now)
                done["copies"] += _compare(session, dossier, now)
    return done


def _sight(session: Session, dossier: Dossier, now: datetime) -> int:
    followed = _followed(session, dossier)
    count = 0
    for hit, post, source in rows.recent_hits(session, dossier.id, now - LOOK_BACK):
        own = sourcing.host_of(source.address)
        for one in unknown(pointers(f"{post.title}\n{post.text}", own), followed):
            rows.sight(session, dossier.id, one.kind, one.address, hit.post_key, now)
            count += 1
    return count


def _followed(session: Session, dossier: Dossier) -> set[str]:
    """Hosts that are followed, and hashtags that the query or a source already asks for."""
    found = set()
    for row in source_rows.of_dossier(session, dossier.id):
        found.add(sourcing.host_of(row.address))
        if "/tags/" in row.address:
            found.add("#" + row.address.rpartition("/tags/")[2].partition("?")[0])
    version = dossier_rows.active_version(session, dossier)
    if version is not None:
        words = version.text.casefold().replace("(", " ").replace(")", " ").split()
        found.update(word.strip('"') for word in words if word.startswith("#"))
    return found


def _compare(session: Session, dossier: Dossier, now: datetime) -> int:
    recent = rows.recent_hits(session, dossier.id, now - WINDOW - LOOK_BACK)
    said = [
        Said(hit.post_key, post.text, post.source_id, hit.author, post.published_at)
        for hit, post, _ in recent
        if not post.is_repost
    ]
    return sum(
        rows.propose_copy(session, dossier.id, one.first, one.second, one.likeness, now)
        for one in alike(said)
    )


def proposal_list(house: House, dossier: str, state: str = "open") -> list[dict[str, Any]]:
    """`[{"id": "plek-3" | "kopie-4", …}]`, places first."""
    with house.database.read() as session:
        row = _dossier(session, dossier)
        found = [
            _place_json(one, seen) for one, seen in rows.places(session, row.id, state, LEAST_SEEN)
        ]
        return [*found, *(_copy_json(session, one) for one in rows.copies(session, row.id, state))]


def _place_json(row: SourceProposal, seen: int) -> dict[str, Any]:
    return {
        "id": f"{PLACE}-{row.id}", "kind": row.kind, "address": row.address, "seen": seen,
        "state": row.state, "first_seen": row.first_seen.isoformat(),
        "last_seen": row.last_seen.isoformat(), "reason": row.reason,
    }  # fmt: skip


def _copy_json(session: Session, row: CopyProposal) -> dict[str, Any]:
    from analysis.masking import mask

    posts = post_rows.posts_by_key(session, [row.first_key, row.second_key])
    texts = [
        mask(posts[key].text[:200]).text for key in (row.first_key, row.second_key) if key in posts
    ]
    return {
        "id": f"{COPY}-{row.id}", "kind": COPY, "likeness": row.likeness, "state": row.state,
        "posts": [row.first_key, row.second_key], "texts": texts, "reason": row.reason,
    }  # fmt: skip


def decide(
    house: House, dossier: str, name: str, *, approve: bool, reason: str, actor: str = "cli"
) -> dict[str, Any]:
    """A person says yes or no, with a reason.

    An approved site or server is looked at and added as a source (a server as its public timeline,
    off until it is switched on); a hashtag is for whoever keeps the query; two posts that are one
    are counted once from then on, with the sources of both.
    """
    if not reason.strip():
        raise InvalidInput("Bij een besluit hoort een reden: --reason …", field="reason")
    kind, _, number = name.partition("-")
    if kind not in (PLACE, COPY) or not (number.isascii() and number.isdigit()):
        raise InvalidInput(f"{name!r} is geen voorstel; zie klankbord proposal list.", field="id")
    if kind == COPY:
        return _decide_copy(house, dossier, int(number), approve, reason, actor)
    return _decide_place(house, dossier, int(number), approve, reason, actor)


def _decide_place(
    house: House, dossier: str, number: int, approve: bool, reason: str, actor: str
) -> dict[str, Any]:
    with house.database.read() as session:
        row = rows.place(session, _dossier(session, dossier).id, number)
        if row is None:
            raise NotFound(f"Er is geen voorstel {PLACE}-{number}.")
        kind, address = row.kind, row.address
    made = None
    if approve and kind in (SITE, SERVER):
        made = _follow(house, dossier, kind, address, actor)
    with house.database.write() as session:
        found = _dossier(session, dossier)
        row = rows.place(session, found.id, number)
        assert row is not None
        if row.state != "open":
            raise Conflict(f"Over {PLACE}-{number} is al besloten.")
        state = row.state = _state(approve)
        _sign(house, session, found, row, reason, actor, f"{kind} {address}")
    advice = f"Zet {address} in de zoekopdracht of volg het op een server." if kind == TAG else ""
    return {"id": f"{PLACE}-{number}", "state": state, "source": made, "advice": advice}


def _state(approve: bool) -> str:
    return "approved" if approve else "rejected"


def _follow(house: House, dossier: str, kind: str, address: str, actor: str) -> str:
    wanted = "mastodon" if kind == SERVER else "feed"
    url = f"https://{address}/public/local" if kind == SERVER else f"https://{address}/"
    sourcing.check_address(url)
    found = sourcing.look(house, wanted, url)
    chosen = sourcing.choose(found, url, force=False, kind=wanted)
    row = sourcing.add_source(
        house, dossier=dossier, chosen=chosen, own=False, reason=found.reason, actor=actor
    )
    return row.slug


def _decide_copy(
    house: House, dossier: str, number: int, approve: bool, reason: str, actor: str
) -> dict[str, Any]:
    now = house.clock.now()
    with house.database.write() as session:
        found = _dossier(session, dossier)
        row = rows.copy(session, found.id, number)
        if row is None:
            raise NotFound(f"Er is geen voorstel {COPY}-{number}.")
        if row.state != "open":
            raise Conflict(f"Over {COPY}-{number} is al besloten.")
        if approve:
            _merge(session, found.id, row, now)
        state = row.state = _state(approve)
        _sign(house, session, found, row, reason, actor, f"{COPY}-{number}")
    return {"id": f"{COPY}-{number}", "state": state, "source": None, "advice": ""}


def _merge(session: Session, dossier_id: int, row: CopyProposal, now: datetime) -> None:
    first = post_rows.hit_in(session, dossier_id, row.first_key)
    second = post_rows.hit_in(session, dossier_id, row.second_key)
    if first is None or second is None:
        raise Conflict("Een van de twee berichten is er niet meer.")
    rows.move_origins(session, second.post_id, first.post_id)
    row.state = "approved"  # before the post goes: what is open goes along with it
    session.flush()
    post_rows.remove_hit(
        session, second, kind="copy-merged", reason="hetzelfde bericht via een andere bron", at=now
    )


def _sign(
    house: House,
    session: Session,
    dossier: Dossier,
    row: SourceProposal | CopyProposal,
    reason: str,
    actor: str,
    subject: str,
) -> None:
    row.reason, row.decided_by, row.decided_at = reason.strip(), actor, house.clock.now()
    note(house, session, dossier.organisation_id, actor=actor, action="proposal-decided",
         subject=subject, dossier=dossier.slug, reason=reason, facts={"state": row.state})  # fmt: skip
    session.flush()


def _dossier(session: Session, slug: str) -> Dossier:
    row = dossier_rows.by_slug(session, slug)
    if row is None:
        raise NotFound(f"Er is geen dossier {slug!r}.", dossier=slug)
    return row
