"""The write half of the journey: a plan becomes rows, in the one transaction of its fetch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.services.decide import ActiveDossier, Found, Item, Known, Plan
from app.services.house import House
from app.services.labels import Labels, current_run, show
from app.storage import Session
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage.models import BufferRow, Hit, PostRow, SourceRow

TUNING_LANGUAGES = frozenset({"nl", "fy"})


@dataclass
class Stored:
    """What one plan did to the tables."""

    new: int = 0
    changed: int = 0


def hit_digest(post_key: str, dossier: str, query_digest: str, author: str | None) -> str:
    """Seals what may never change of a hit: which post, which dossier, which query, whose."""
    body = "\x00".join((post_key, dossier, query_digest, author or ""))
    return hashlib.sha256(body.encode()).hexdigest()


def save_plan(
    house: House,
    session: Session,
    source: SourceRow,
    chosen: Plan,
    labelled: Labels,
    now: datetime,
) -> Stored:
    """Store a plan's posts, hits and predictions, its copies' origins and its tuning buffer."""
    done = Stored()
    fresh = [(item, now) for item in chosen.new]
    fresh += [(item, known.first_seen or now) for item, known in chosen.promoted]
    _add(house, session, source, fresh, labelled, now)
    done.new += len(fresh)
    for item, known in chosen.changed:
        done.changed += _change(house, session, item, known, labelled, now)
    for item, known in chosen.copies:
        _link(house, session, source, item, known, labelled, now)
    done.new += _buffer(house, session, source, chosen.unmatched, now)
    return done


def _add(
    house: House,
    session: Session,
    source: SourceRow,
    fresh: Sequence[tuple[Item, datetime]],
    labelled: Labels,
    now: datetime,
) -> None:
    """Posts with the moment each was first seen, and their hits: two visits whatever their number."""
    if not fresh:
        return
    rows = [(_post_row(source, item, seen), item) for item, seen in fresh]
    post_rows.add_posts(
        session,
        [(post, _sealed(house, item), item.aliases) for post, item in rows],
    )
    wanted = [
        (post, found, labelled[item.post_key, found.dossier.id])
        for post, item in rows
        for found in item.found
    ]
    _add_hits(house, session, wanted, now)


def _post_row(source: SourceRow, item: Item, first_seen: datetime) -> PostRow:
    return PostRow(
        post_key=item.post_key,
        organisation_id=source.organisation_id,
        source_id=source.id,
        title=item.post.title,
        text=item.post.text,
        lang=_language(item),
        published_at=item.published_at,
        date_rule=item.date_rule,
        first_seen=first_seen,
        local_date=item.local_date,
        content_hash=item.content_hash,
        thread_key=item.thread_key,
        is_repost=item.post.is_repost,
    )


def _sealed(house: House, item: Item) -> dict[str, Any]:
    vault, post = house.vault, item.post
    return {
        "canonical_id": vault.encrypt(post.canonical_id),
        "url": vault.encrypt(post.url) if post.url else None,
        "reference": vault.encrypt(post.reference) if post.reference else None,
    }


def _language(item: Item) -> str:
    from analysis.language import detect

    return item.post.lang or detect(item.post.text)


def _add_hits(
    house: House,
    session: Session,
    wanted: Sequence[tuple[PostRow, Found, dict[str, Any]]],
    now: datetime,
) -> None:
    runs = {
        dossier_id: current_run(house, session, dossier_id)
        for dossier_id in dict.fromkeys(found.dossier.id for _, found, _ in wanted)
    }
    hits = [(_hit(post, found, output, now), output) for post, found, output in wanted]
    session.add_all(hit for hit, _ in hits)
    session.flush()
    said = [(runs[hit.dossier_id].id, hit, output) for hit, output in hits]
    label_rows.add_predictions(session, said, now)


def _hit(post: PostRow, found: Found, output: dict[str, Any], now: datetime) -> Hit:
    dossier = found.dossier
    hit = Hit(
        post_id=post.id,
        dossier_id=dossier.id,
        post_key=post.post_key,
        published_at=post.published_at,
        source_id=post.source_id,
        query_version_id=dossier.query_version_id,
        spans=found.spans_json(),
        author=found.author,
        group_kind=found.group,
        locality=found.locality,
        locality_reason=found.locality_reason,
        own=found.own,
        digest=hit_digest(post.post_key, dossier.slug, dossier.query_digest, found.author),
        status="geen",
        stored_at=now,
    )
    label_rows.show_on_hit(hit, output)
    return hit


def _change(
    house: House, session: Session, item: Item, known: Known, labelled: Labels, now: datetime
) -> int:
    """An edited post: new text, new prediction, the same hit and whatever a person said of it."""
    assert known.post_id is not None
    post = session.get_one(PostRow, known.post_id)
    edited = post.content_hash != item.content_hash and not known.by_copy
    if edited:
        post.title, post.text = item.post.title, item.post.text
        post.content_hash = item.content_hash
        post.lang = _language(item)
        post.revision += 1
        post.edited_at = now
    wanted = {found.dossier.id: found for found in item.found}
    for hit in post_rows.hits_of(session, post.id):
        found = wanted.pop(hit.dossier_id, None)
        if edited:
            _relabel_edited(house, session, hit, found, item, labelled, now)
    more = [(post, one, labelled[item.post_key, one.dossier.id]) for one in wanted.values()]
    _add_hits(house, session, more, now)
    return int(edited)


def _relabel_edited(
    house: House,
    session: Session,
    hit: Hit,
    found: Found | None,
    item: Item,
    labelled: Labels,
    now: datetime,
) -> None:
    """A hit stays a hit when the edit took the matching words away: it was said, and counted."""
    hit.spans = found.spans_json() if found else []
    output = labelled.get((item.post_key, hit.dossier_id))
    if output is None:
        output = _label_alone(house, hit, item)
    run = current_run(house, session, hit.dossier_id)
    label_rows.set_prediction(session, run.id, hit, output, now)
    people = label_rows.newest_annotations(session, [hit.id])
    show(hit, output, people.get(hit.id))
    hit.version += 1


def _label_alone(house: House, hit: Hit, item: Item) -> dict[str, Any]:
    from analysis.records import Post
    from app.services.labels import as_output

    said = house.labeller.label(
        [Post(text=item.post.text, title=item.post.title, group=hit.group_kind, own=hit.own)]
    )
    return as_output(said[0])


def _link(
    house: House,
    session: Session,
    source: SourceRow,
    item: Item,
    known: Known,
    labelled: Labels,
    now: datetime,
) -> None:
    assert known.post_id is not None
    post_rows.add_origin(session, known.post_id, source.id, item.post_key, now)
    fresh = [found for found in item.found if found.dossier.id not in known.dossiers]
    if fresh:
        post = session.get_one(PostRow, known.post_id)
        more = [(post, one, labelled[item.post_key, one.dossier.id]) for one in fresh]
        _add_hits(house, session, more, now)


def _buffer(
    house: House, session: Session, source: SourceRow, items: Sequence[Item], now: datetime
) -> int:
    """Keep a fair sample of what nobody's query wanted: reservoir sampling by post key (P5)."""
    limit = house.settings.buffer_rows
    if not items or not house.settings.buffer_enabled or limit == 0:
        return 0
    kept, offered = post_rows.buffer_counts(session, source.id)
    there = post_rows.buffered(session, (item.post_key for item in items))
    fresh: list[dict[str, Any]] = []
    late: list[tuple[int, dict[str, Any]]] = []
    for item in items:
        if item.post_key in there:
            row = there[item.post_key]
            row.title, row.text = item.post.title, item.post.text
            row.content_hash = item.content_hash
            continue
        lang = _language(item)
        if lang not in TUNING_LANGUAGES:
            continue
        offered += 1
        if kept + len(fresh) < limit:
            fresh.append(_buffer_row(source, item, lang, now))
        elif (place := int(item.post_key[:16], 16) % offered) < limit:
            late.append((place, _buffer_row(source, item, lang, now)))
    post_rows.insert_all(session, BufferRow, fresh)
    _take_places(session, source, late)
    post_rows.note_offered(session, source.id, offered)
    return len(fresh) + len(late)


def _take_places(
    session: Session, source: SourceRow, late: Sequence[tuple[int, dict[str, Any]]]
) -> None:
    """A full reservoir: each late row takes the place of another one, maybe of a late one too."""
    if not late:
        return
    ids = post_rows.buffer_ids(session, source.id)
    for place, given in late:
        post_rows.drop_buffer(session, [ids[place]])
        row = BufferRow(**given)
        session.add(row)
        session.flush()
        ids[place] = row.id


def _buffer_row(source: SourceRow, item: Item, lang: str, now: datetime) -> dict[str, Any]:
    return {
        "post_key": item.post_key,
        "source_id": source.id,
        "title": item.post.title,
        "text": item.post.text,
        "lang": lang,
        "published_at": item.published_at,
        "date_rule": item.date_rule,
        "first_seen": now,
        "local_date": item.local_date,
        "content_hash": item.content_hash,
    }


def delete_posts(
    house: House, session: Session, source: SourceRow, ids: Sequence[str], now: datetime
) -> int:
    """Follow deletions at the source: text, author and labels go, numbers in reports stay (P7)."""
    return delete_keys(session, [house.vault.post_key(source.slug, one) for one in ids], now)


def delete_keys(session: Session, keys: Sequence[str], now: datetime) -> int:
    """The same by post key; a key that only the buffer knows goes from there."""
    rows = post_rows.posts_by_key(session, keys)
    for post in rows.values():
        for hit in post_rows.hits_of(session, post.id):
            post_rows.remove_hit(
                session, hit, kind="source-delete", reason="verwijderd bij de bron", at=now
            )
    there = post_rows.buffered(session, keys)
    post_rows.drop_buffer(session, [row.id for row in there.values()])
    return len(rows)


def delete_accounts(
    house: House,
    session: Session,
    dossiers: Sequence[ActiveDossier],
    accounts: Sequence[tuple[str, str]],
    now: datetime,
) -> int:
    """An account that was deleted at the source takes its hits along, found by pseudonym (P7)."""
    gone = 0
    for dossier in dossiers if accounts else ():
        names = [
            house.vault.pseudonym(dossier.pseudonym_key, handle, host) for host, handle in accounts
        ]
        for hit in post_rows.hits_by_authors(session, dossier.id, names):
            post_rows.remove_hit(
                session, hit, kind="source-delete", reason="account verwijderd bij de bron", at=now
            )
            gone += 1
    return gone
