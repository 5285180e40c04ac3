"""`klankbord verify`: every edition recomputed from its frozen rows, and held against the tables.

*different* is what may never happen: a frozen row, a prediction or a hit that is not what it was.
*changed_since* is ordinary life: posts edited, relabelled by a person or a new run, or removed with
a proof of deletion. The edition keeps its numbers either way (trust.md §3).
"""

from __future__ import annotations

from typing import Any

from analysis.records import LABELS, ReportPost
from analysis.recount import counted_posts, counts_of, document_seal, report_hash, row_digest
from app.errors import NotFound
from app.services.frozen import bare, freeze, row_from_json
from app.services.house import House
from app.services.regrouping import explains
from app.services.store import hit_digest
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import labels as label_rows
from app.storage import reports as report_rows
from app.storage.models import (
    Dossier,
    Hit,
    PostRow,
    Prediction,
    QueryVersion,
    Report,
    ReportInput,
)

LABEL_FIELDS = ("status", "labels", "sub_labels", "theme", "is_question", "threat", "confirmed")


def verify(house: House, slug: str | None = None) -> dict[str, Any]:
    """`{"editions", "equal", "different": [...], "changed_since": [...]}` (contracts.md)."""
    result: dict[str, Any] = {"editions": 0, "equal": 0, "different": [], "changed_since": []}
    with house.database.read() as session:
        for dossier in _chosen(session, slug):
            for report in report_rows.editions(session, dossier.id):
                result["editions"] += 1
                different, since = _check(session, dossier, report)
                name = {
                    "dossier": dossier.slug,
                    "date": report.local_date.isoformat(),
                    "edition": report.edition,
                }
                if different:
                    result["different"].append({**name, "findings": different})
                else:
                    result["equal"] += 1
                if since:
                    result["changed_since"].append({**name, "findings": since})
    return result


def _chosen(session: Session, slug: str | None) -> list[Dossier]:
    if slug is None:
        return dossier_rows.everything(session)
    dossier = dossier_rows.by_slug(session, slug)
    if dossier is None:
        raise NotFound(f"Er is geen dossier {slug!r}.", dossier=slug)
    return [dossier]


def _finding(post_key: str | None, what: str) -> dict[str, Any]:
    return {"post_key": post_key, "what": what}


def _check(
    session: Session, dossier: Dossier, report: Report
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    inputs = report_rows.inputs(session, report.id)
    different: list[dict[str, Any]] = []
    rows: dict[str, ReportPost] = {}
    for stored in inputs:
        row = _sound_row(stored)
        if row is None:
            different.append(_finding(stored.post_key, "de bevroren rij is veranderd"))
        else:
            rows[stored.post_key] = row
    different.extend(_recount(report, list(rows.values()), complete=not different))
    live_different, since = _hold_against_tables(session, dossier, report, inputs, rows)
    return different + live_different, since


def _sound_row(stored: ReportInput) -> ReportPost | None:
    try:
        row = row_from_json(stored.row)
    except (KeyError, TypeError, ValueError):
        return None
    return row if row.post_key == stored.post_key and row_digest(row) == stored.digest else None


def _recount(report: Report, rows: list[ReportPost], *, complete: bool) -> list[dict[str, Any]]:
    document = report.document
    found = []
    if complete and counts_of(rows) != document["counts"]:
        found.append(_finding(None, "de telling uit de bevroren rijen is anders"))
    if complete and sorted(counted_posts(rows)) != document["posts"]:
        found.append(_finding(None, "de lijst van getelde berichten is anders"))
    again = report_hash(
        document["window"],
        document["query_version"],
        document["label_run"],
        document["guide"],
        document["posts"],
        document["counts"],
    )
    if not again == document["hash"] == report.digest:
        found.append(_finding(None, "de handtekening (hash) klopt niet"))
    if "seal" in document and document_seal(document) != document["seal"]:
        found.append(_finding(None, "een cijfer of zin in het verslag is veranderd"))
    return found


def _hold_against_tables(
    session: Session,
    dossier: Dossier,
    report: Report,
    inputs: list[ReportInput],
    rows: dict[str, ReportPost],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    live = report_rows.live_rows(session, dossier.id, rows)
    proofs = report_rows.proofs(session, dossier.id, (key for key in rows if key not in live))
    late = {key: row.late for key, row in rows.items()}
    then = _frozen_again(session, list(live.values()), report.label_run_id, late, report)
    active = label_rows.active_run(session, dossier.id)
    now = _frozen_again(session, list(live.values()), active.id if active else 0, late, None)
    said = label_rows.predictions(
        session, report.label_run_id, (hit.id for hit, _, _ in live.values())
    )
    different: list[dict[str, Any]] = []
    since: list[dict[str, Any]] = []
    for stored in inputs:
        row = rows.get(stored.post_key)
        if row is None:
            continue
        if stored.post_key not in live:
            gone = stored.post_key in proofs
            what = "verwijderd sinds dit verslag" if gone else "de treffer is weg zonder bewijs"
            (since if gone else different).append(_finding(stored.post_key, what))
            continue
        hit, post, _ = live[stored.post_key]
        flaw = _flaw(session, dossier, hit, stored, said.get(hit.id))
        if flaw is not None:
            different.append(_finding(stored.post_key, flaw))
        elif not _shows(hit, now[stored.post_key]):
            different.append(_finding(stored.post_key, "het label op de treffer is veranderd"))
        elif post.revision != stored.revision:
            since.append(_finding(stored.post_key, "bewerkt sinds dit verslag"))
        elif bare(then[stored.post_key]) != bare(row):
            if explains(session, hit, row):
                since.append(_finding(stored.post_key, "andere groep sinds dit verslag"))
                continue
            different.append(_finding(stored.post_key, "label of treffer is veranderd"))
        elif any(
            getattr(now[stored.post_key], name) != getattr(row, name) for name in LABEL_FIELDS
        ):
            since.append(_finding(stored.post_key, "anders gelabeld sinds dit verslag"))
    return different, since


def _shows(hit: Hit, row: ReportPost) -> bool:
    """Whether the copy of the effective label on the hit is what run and people say now."""
    labels = tuple(name in row.labels for name in LABELS)
    return (hit.status, hit.is_i, hit.is_b, hit.is_s) == (row.status, *labels)


def _frozen_again(
    session: Session,
    rows: list[tuple[Hit, PostRow, str]],
    run_id: int,
    late: dict[str, bool],
    report: Report | None,
) -> dict[str, ReportPost]:
    known = (report.annotation_mark, report.drafted_at) if report else None
    again = freeze(session, rows, run_id, late=late, known=known)
    return {row.post_key: row for row, _, _ in again}


def _flaw(
    session: Session,
    dossier: Dossier,
    hit: Hit,
    stored: ReportInput,
    prediction: Prediction | None,
) -> str | None:
    version = session.get_one(QueryVersion, hit.query_version_id)
    if hit.digest != hit_digest(hit.post_key, dossier.slug, version.digest, hit.author):
        return "de treffer is veranderd"
    if prediction is None:
        return "de voorspelling is weg" if stored.prediction_digest else None
    if prediction.digest != label_rows.output_digest(hit.post_key, prediction.output):
        return "de voorspelling is veranderd"
    return None
