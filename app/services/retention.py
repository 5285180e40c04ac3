"""`klankbord retain`: what has been kept long enough goes, with a proof that it went (P6).

Per dossier, at the level of the hit: a post goes with its last hit. Threat evidence (S2, S3, S6
confirmed by a person) stays longer. After the end of a dossier its keys are destroyed once the last
hit is gone. Each class is one transaction, so that a kill leaves whole classes done or not done and
running again finishes the work.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.clock import local_date
from app.services.audit import note
from app.services.house import House
from app.storage import Session, removals
from app.storage import browse_posts as rows
from app.storage import dossiers as dossier_rows
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage.models import Dossier, Hit, Removal

CLASSES = ("post-text", "threat-evidence", "buffer", "pseudonym-keys")


def retain(house: House, *, dry_run: bool) -> dict[str, Any]:
    """`{"dry_run", "removed": {class: n}, "dossiers": [...]}`; idempotent."""
    now = house.clock.now()
    with house.database.read() as session:
        slugs = [dossier.slug for dossier in dossier_rows.everything(session)]
    removed = dict.fromkeys(CLASSES, 0)
    dossiers = []
    for slug in slugs:
        counts = _clear_dossier(house, slug, now, dry_run)
        dossiers.append({"dossier": slug, **counts})
        for name, count in counts.items():
            removed[name] += count
    removed["buffer"] = _clear_buffer(house, now, dry_run)
    return {"dry_run": dry_run, "removed": removed, "dossiers": dossiers}


def would_go(house: House, session: Session, dossier: Dossier) -> dict[str, int]:
    """What `retain_dossier` would remove now, per class; nothing is touched."""
    now = house.clock.now()
    old, evidence = _overdue(session, dossier, now)
    limit = now - timedelta(days=house.settings.buffer_days)
    return {
        "post-text": len(old),
        "threat-evidence": len(evidence),
        "buffer": len(rows.old_buffer_ids(session, limit).get(dossier.organisation_id, [])),
        "pseudonym-keys": int(_is_last(session, dossier, len(old) + len(evidence), now)),
    }


def retain_dossier(house: House, dossier: Dossier, *, actor: str) -> dict[str, int]:
    """`retain` for one dossier and the buffer of its organisation, at the word of a person."""
    now = house.clock.now()
    slug, organisation_id = dossier.slug, dossier.organisation_id
    removed = _clear_dossier(house, slug, now, False, actor)
    removed["buffer"] = _clear_buffer(house, now, False, organisation_id)
    return {name: removed[name] for name in CLASSES}


def _is_last(session: Session, dossier: Dossier, going: int, now: datetime) -> bool:
    """The dossier ended and these are its last hits: its key goes with them."""
    ended = dossier.ends < local_date(now) and dossier.cleared_at is None
    return ended and rows.count_hits(session, dossier.id) == going


def _clear_dossier(
    house: House, slug: str, now: datetime, dry_run: bool, actor: str = "system"
) -> dict[str, int]:
    counts = {"post-text": 0, "threat-evidence": 0, "pseudonym-keys": 0}
    with house.database.write() as session:
        dossier = dossier_rows.by_slug(session, slug)
        if dossier is None:
            return counts
        old, evidence = _overdue(session, dossier, now)
        counts["post-text"], counts["threat-evidence"] = len(old), len(evidence)
        finished = _is_last(session, dossier, len(old) + len(evidence), now)
        counts["pseudonym-keys"] = int(finished)
        if dry_run:
            return counts
        for kind, hits in (("post-text", old), ("threat-evidence", evidence)):
            for hit in hits:
                post_rows.remove_hit(
                    session, hit, kind=kind, reason="bewaartermijn verstreken", at=now
                )
        if finished:
            dossier.cleared_at = now
            removals.forget_people(session, dossier.id)
        if any(counts.values()) or actor != "system":
            note(house, session, dossier.organisation_id, actor=actor, action="retained",
                 subject=slug, dossier=slug, facts=counts)  # fmt: skip
        key = dossier.pseudonym_key if dossier.cleared_at is not None else None
    if key is not None:
        house.vault.destroy_key(key)
    return counts


def _overdue(session: Session, dossier: Dossier, now: datetime) -> tuple[list[Hit], list[Hit]]:
    """Hits past their term: ordinary text, and threat evidence that a person confirmed."""
    hits = rows.hits_seen_before(session, dossier.id, now - timedelta(days=dossier.keep_text_days))
    people = label_rows.newest_annotations(session, (hit.id for hit in hits))
    kept_longer = now - timedelta(days=dossier.keep_text_days + dossier.keep_threat_days)
    old: list[Hit] = []
    evidence: list[Hit] = []
    for hit in hits:
        said = people.get(hit.id)
        if said is not None and label_rows.THREAT_CODES & set(said.sub_labels):
            if hit.stored_at < kept_longer:
                evidence.append(hit)
        else:
            old.append(hit)
    return old, evidence


def _clear_buffer(
    house: House, now: datetime, dry_run: bool, organisation_id: int | None = None
) -> int:
    limit = now - timedelta(days=house.settings.buffer_days)
    with house.database.write() as session:
        old = rows.old_buffer_ids(session, limit)
        if organisation_id is not None:
            old = {organisation_id: old.get(organisation_id, [])}
        for owner, ids in old.items() if not dry_run else ():
            if not ids:
                continue
            post_rows.drop_buffer(session, ids)
            session.add(
                Removal(
                    organisation_id=owner,
                    kind="buffer",
                    count=len(ids),
                    reason="bewaartermijn verstreken",
                    at=now,
                )
            )
    return sum(len(ids) for ids in old.values())
