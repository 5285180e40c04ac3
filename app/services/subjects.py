"""Requests of data subjects (P8): find by handle or URL, export, erase, and keep out what was erased.

The handle or URL is hashed on the spot and stands nowhere afterwards: not in a table, not in the log.
Evidence of a threat that a person confirmed is kept until its own term (P6) and told as such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.errors import InvalidInput, StorageError
from app.services.access import Scope
from app.services.corpus import pseudonyms_of
from app.services.house import House
from app.services.labels import effective
from app.services.setup_file import account_of
from app.storage import Session
from app.storage import account_lists as list_rows
from app.storage import browse_posts as browse_rows
from app.storage import dossiers as dossier_rows
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage import removals as rows
from app.storage import sources as source_rows
from app.storage.models import BufferRow, Context, Hit, Removal

KIND = "data-subject"
WHY = "verzoek van de betrokkene"
MOST_REASON = 500
#: A page of a person, as fediverse servers and Bluesky write it.
PROFILE = re.compile(r"/(?:@|users/|profile/)(?P<name>[^/@]+)(?:@(?P<host>[^/]+))?/?$")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom or what a request is about: a handle (`@naam@server`) or the URL of a post or profile."""

    handle: str = ""
    url: str = ""

    @property
    def by(self) -> str:
        return "handle" if self.handle else "url"


@dataclass(frozen=True, slots=True)
class Found:
    """What the dossier holds; `evidence` are hits that stay until their own term."""

    hits: tuple[Hit, ...]
    evidence: tuple[Hit, ...]
    contexts: tuple[Context, ...]
    buffer: tuple[BufferRow, ...]

    def numbers(self) -> dict[str, int]:
        return {
            "posts": len(self.hits) + len(self.evidence),
            "kept_as_evidence": len(self.evidence),
            "context": len(self.contexts),
            "buffer": len(self.buffer),
        }


def checked(handle: str, url: str, reason: str) -> tuple[Asked, str]:
    """What is asked and why; raises `InvalidInput`, also on a reason that names the person."""
    handle, url, reason = handle.strip(), url.strip(), reason.strip()
    if bool(handle) == bool(url):
        raise InvalidInput("Geef een handle of een URL, en niet allebei.", field="handle")
    if not reason or len(reason) > MOST_REASON:
        raise InvalidInput(
            f"Schrijf op waarom, in hooguit {MOST_REASON} tekens (een kenmerk van het verzoek).",
            field="reason",
        )
    if handle:
        account_of(handle)
    elif not _is_web(url):
        raise InvalidInput("Dit is geen webadres (http of https).", field="url")
    name = account_of(handle)[1] if handle else url.casefold()
    if name in reason.casefold():
        raise InvalidInput(
            "Noem de persoon niet in de reden: die blijft in het logboek staan. Noem een kenmerk.",
            field="reason",
        )
    return Asked(handle, url), reason


def find(house: House, session: Session, scope: Scope, asked: Asked) -> Found:
    """Everything of this person or post in the dossier."""
    dossier = scope.dossier
    account = account_of(asked.handle) if asked.handle else _profile(asked.url)
    ids: set[int] = set()
    keys: set[str] = set()
    if account is not None and dossier.cleared_at is None:
        authors = pseudonyms_of(house, session, scope, [account])
        found = list_rows.hits_of(session, dossier.id, sorted(authors), ())
        ids.update(hit.id for hit, _, _ in found)
    if asked.url:
        posts, keys = _by_url(house, session, scope, asked.url)
        ids.update(rows.hits_of_posts(session, dossier.id, posts))
    hits = rows.hits_by_id(session, dossier.id, ids)
    keys |= {hit.post_key for hit in hits}
    people = label_rows.newest_annotations(session, (hit.id for hit in hits))
    evidence = {
        hit.id
        for hit in hits
        if (said := people.get(hit.id)) is not None
        and said.confirmed
        and label_rows.THREAT_CODES & set(said.sub_labels)
    }
    return Found(
        hits=tuple(hit for hit in hits if hit.id not in evidence),
        evidence=tuple(hit for hit in hits if hit.id in evidence),
        contexts=tuple(rows.contexts(session, dossier.id, keys)),
        buffer=tuple(rows.buffered(session, dossier.organisation_id, keys)),
    )


def export(house: House, session: Session, scope: Scope, found: Found) -> dict[str, Any]:
    """Everything that is kept of it, to hand to the person: text, place, labels, what was done."""
    dossier = scope.dossier
    everything = [*found.hits, *found.evidence]
    ids = [hit.id for hit in everything]
    lines = rows.lines(session, dossier.id, ids)
    run = label_rows.active_run(session, dossier.id)
    said = label_rows.predictions(session, run.id, ids) if run else {}
    done = rows.acts(session, ids)
    return {
        "dossier": dossier.slug,
        "purpose": dossier.purpose,
        "legal_ground": dossier.legal_ground,
        "keep_text_days": dossier.keep_text_days,
        "posts": [
            {
                "post_key": hit.post_key,
                "source": source.title,
                "published_at": post.published_at.isoformat(),
                "stored_at": hit.stored_at.isoformat(),
                "url": _url(house, session, post.id),
                "title": post.title,
                "text": post.text,
                "group": hit.group_kind,
                "locality": hit.locality,
                "status": hit.status,
                "labels": _labels(session, hit, said),
                "work_state": hit.work_state,
                "notes": [act.text for act in done.get(hit.id, []) if act.text],
                "kept_as_evidence": hit in found.evidence,
            }
            for hit, post, source in lines
        ],
        "context": [
            {"published_at": row.published_at.isoformat(), "text": row.text}
            for row in found.contexts
        ],
        "buffer": [
            {"published_at": row.published_at.isoformat(), "title": row.title, "text": row.text}
            for row in found.buffer
        ],
    }


def erase(house: House, session: Session, scope: Scope, found: Found) -> dict[str, int]:
    """Remove it with a proof that also keeps it out; evidence stays until its own term."""
    now, dossier = house.clock.now(), scope.dossier
    numbers, everything = found.numbers(), (*found.hits, *found.evidence)
    beside = {row.post_key for row in found.contexts} | {row.post_key for row in found.buffer}
    rows.drop_contexts(session, found.contexts)
    post_rows.drop_buffer(session, [row.id for row in found.buffer])
    session.add_all(
        Removal(
            organisation_id=dossier.organisation_id, dossier_id=dossier.id,
            post_key=key, kind=KIND, reason=WHY, at=now,
        )
        for key in sorted(beside - {hit.post_key for hit in everything})
    )  # fmt: skip
    for hit in found.hits:
        post_rows.remove_hit(session, hit, kind=KIND, reason=WHY, at=now)
    session.flush()
    return {**numbers, "erased": len(found.hits)}


def _by_url(house: House, session: Session, scope: Scope, url: str) -> tuple[set[int], set[str]]:
    """(post ids, post keys) of an address: by its own keys, and by what was stored encrypted."""
    dossier = scope.dossier
    organisation = dossier_rows.organisation(session, dossier)
    spellings = {url, url.rstrip("/"), url.rstrip("/") + "/"}
    keys = {
        house.vault.post_key(source.slug, spelling)
        for source in source_rows.of_dossier(session, dossier.id)
        for spelling in spellings
    }
    names = [house.vault.url_key(organisation.slug, "id:" + one) for one in sorted(spellings)]
    posts = {row.id for row in post_rows.posts_by_alias(session, names).values()}
    posts |= {row.id for row in post_rows.posts_by_key(session, sorted(keys)).values()}
    for post_id, *sealed in rows.addresses(session, dossier.id):
        if any(part and _opened(house, part) in spellings for part in sealed):
            posts.add(post_id)
    return posts, keys


def _opened(house: House, sealed: str) -> str | None:
    try:
        return house.vault.decrypt(sealed)
    except StorageError:  # sealed under an older secret: nobody can read it any more
        return None


def _url(house: House, session: Session, post_id: int) -> str | None:
    address = browse_rows.address_of(session, post_id)
    return _opened(house, address.url) if address is not None and address.url else None


def _labels(session: Session, hit: Hit, said: dict[int, Any]) -> list[str]:
    prediction = said.get(hit.id)
    person = label_rows.newest_annotations(session, [hit.id]).get(hit.id)
    output = effective(prediction.output if prediction else {"sub_labels": []}, person)
    return list(output.get("sub_labels", ()))


def _profile(url: str) -> tuple[str, str] | None:
    """(host, handle) when the address is a person's own page."""
    parts = urlsplit(url)
    found = PROFILE.search(parts.path)
    if found is None:
        return None
    return account_of(f"@{found['name']}@{found['host'] or parts.hostname or ''}")


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    clean = len(url) <= 2000 and url.isprintable() and " " not in url
    return clean and parts.scheme in ("http", "https") and bool(parts.hostname)
