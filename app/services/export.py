"""`klankbord posts export`: hits as NDJSON lines (seam S4), mentions masked, nobody named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from analysis.masking import mask
from app.clock import local_date
from app.errors import InvalidInput, NotFound
from app.services.audit import note
from app.services.house import House
from app.services.labels import effective
from app.storage import Session
from app.storage import browse_posts as export_rows
from app.storage import dossiers as dossier_rows
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage.models import BufferRow, Dossier, Hit, PostRow

BATCH = 500


def export_posts(
    house: House,
    slug: str,
    *,
    first: date | None,
    last: date | None,
    buffer: bool,
    raw_ids: bool,
    reason: str,
) -> Iterator[dict[str, Any]]:
    """Lines ordered by (published_at, post_key); the audit line is written before the first.

    `first` and `last` are local dates, both included. `raw_ids` needs a written reason.
    """
    if raw_ids and not reason.strip():
        raise InvalidInput('Met --raw-ids hoort een reden: --reason "…".', field="reason")
    if first and last and last < first:
        raise InvalidInput("--to ligt voor --from.", field="to")
    with house.database.write() as session:
        dossier = dossier_rows.by_slug(session, slug)
        if dossier is None:
            raise NotFound(f"Er is geen dossier {slug!r}.", dossier=slug)
        note(
            house, session, dossier.organisation_id,
            actor="cli", action="posts-exported", subject=slug, dossier=slug,
            reason=reason, facts={"raw_ids": raw_ids, "buffer": buffer},
        )  # fmt: skip
    return _lines(house, slug, first, last, buffer, raw_ids)


def _lines(
    house: House, slug: str, first: date | None, last: date | None, buffer: bool, raw_ids: bool
) -> Iterator[dict[str, Any]]:
    with house.database.read() as session:
        dossier = dossier_rows.by_slug(session, slug)
        if dossier is None:
            return
        allowed = allowed_mentions(session, dossier.id, local_date(house.clock.now()))
        rows = export_rows.rows_between(session, dossier.id, first, last)
        lines = [*_hit_lines(house, session, dossier, rows, allowed, raw_ids)]
        if buffer:
            for row, source in export_rows.buffer_between(session, dossier.id, first, last):
                lines.append(_buffer_line(row, source, allowed))
        yield from sorted(lines, key=lambda line: (line["published_at"], line["post_key"]))


def allowed_mentions(
    session: Session, dossier_id: int, today: date | None = None
) -> frozenset[str]:
    """Handles that may be shown: members of the dossier's lists, and the municipality's own.

    With `today` a list that has ended counts no more.
    """
    handles = {
        member.handle
        for row in dossier_rows.account_lists(session, dossier_id)
        if today is None or row.expires >= today
        for member in dossier_rows.members(session, row.id)
        if member.handle
    }
    for values in dossier_rows.terms(session, dossier_id).values():
        handles.update(v.lstrip("@").casefold() for v in values if v.startswith("@"))
    return frozenset(handles)


def _hit_lines(
    house: House,
    session: Session,
    dossier: Dossier,
    rows: list[tuple[Hit, PostRow, str]],
    allowed: frozenset[str],
    raw_ids: bool,
) -> Iterator[dict[str, Any]]:
    run = label_rows.active_run(session, dossier.id)
    numbers = {version.id: version.digest for version in dossier_rows.versions(session, dossier.id)}
    for batch in post_rows.chunks(rows, BATCH):
        ids = [hit.id for hit, _, _ in batch]
        said = label_rows.predictions(session, run.id, ids) if run else {}
        people = label_rows.newest_annotations(session, ids)
        origins = post_rows.origins(session, (post.id for _, post, _ in batch))
        for hit, post, source in batch:
            prediction = said.get(hit.id)
            output = effective(
                prediction.output if prediction else {"status": hit.status}, people.get(hit.id)
            )
            line = _post_line(post, source, allowed, hit.spans)
            line |= {
                "origins": origins.get(post.id, [source]),
                "matched": True,
                "query_version": numbers.get(hit.query_version_id),
                "status": output["status"],
                "labeller": "person" if hit.id in people else (run.labeller if run else None),
                "labels": list(output.get("labels", ())),
                "sub_labels": list(output.get("sub_labels", ())),
                "sentiment": output.get("sentiment", 0.0),
                "group": hit.group_kind,
            }
            if raw_ids:
                line |= _raw(house, session, post)
            yield line


def _post_line(
    post: PostRow | BufferRow, source: str, allowed: frozenset[str], spans: list[Any]
) -> dict[str, Any]:
    masked = mask(post.text, allowed)
    moved = []
    for span in spans:
        if not span["in_title"]:
            start, end = masked.moved(span["start"], span["end"])
            moved.append({"start": start, "end": end, "leaf": span["leaf"]})
    return {
        "post_key": post.post_key,
        "source": source,
        "origins": [source],
        "published_at": post.published_at.isoformat(),
        "date_rule": post.date_rule,
        "first_seen": post.first_seen.isoformat(),
        "local_date": post.local_date.isoformat(),
        "lang": post.lang,
        "title": mask(post.title, allowed).text,
        "text": masked.text,
        "matched": False,
        "query_version": None,
        "spans": moved,
        "status": None,
        "labeller": None,
        "labels": [],
        "sub_labels": [],
        "sentiment": None,
        "group": None,
    }


def _buffer_line(row: BufferRow, source: str, allowed: frozenset[str]) -> dict[str, Any]:
    return _post_line(row, source, allowed, [])


def _raw(house: House, session: Session, post: PostRow) -> dict[str, Any]:
    address = export_rows.address_of(session, post.id)
    if address is None:
        return {"raw_id": None, "url": None}
    return {
        "raw_id": house.vault.decrypt(address.canonical_id),
        "url": house.vault.decrypt(address.url) if address.url else None,
    }
