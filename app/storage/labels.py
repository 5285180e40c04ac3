"""Label runs, predictions and annotations: append, find, and say which one counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.storage.models import Annotation, Hit, LabelRun, Prediction
from app.storage.posts import chunks

THREAT_CODES = frozenset({"S2", "S3", "S6"})


def output_digest(post_key: str, output: Mapping[str, Any]) -> str:
    """SHA-256 over a post key and everything a run said of it."""
    body = json.dumps([post_key, output], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(body.encode()).hexdigest()


def active_run(session: Session, dossier_id: int) -> LabelRun | None:
    return session.scalar(
        select(LabelRun).where(LabelRun.dossier_id == dossier_id, LabelRun.active.is_(True))
    )


def activate_run(
    session: Session, dossier_id: int, labeller: str, model: str, guide: str, now: datetime
) -> LabelRun:
    """Make the run with this labeller, model and guide the active one, creating it if needed."""
    session.execute(update(LabelRun).where(LabelRun.dossier_id == dossier_id).values(active=False))
    run = session.scalar(
        select(LabelRun).where(
            LabelRun.dossier_id == dossier_id,
            LabelRun.labeller == labeller,
            LabelRun.model == model,
            LabelRun.guide == guide,
        )
    )
    if run is None:
        run = LabelRun(
            dossier_id=dossier_id, labeller=labeller, model=model, guide=guide, created_at=now
        )
        session.add(run)
    run.active = True
    session.flush()
    return run


def add_predictions(
    session: Session, said: Sequence[tuple[int, Hit, dict[str, Any]]], now: datetime
) -> None:
    """What runs say of hits that were made just now, as (run, hit, output): nothing was said of
    them before."""
    rows = [
        {
            "run_id": run_id, "hit_id": hit.id, "output": output,
            "digest": output_digest(hit.post_key, output), "created_at": now,
        }
        for run_id, hit, output in said
    ]  # fmt: skip
    if rows:
        session.execute(insert(Prediction), rows)


def set_prediction(
    session: Session, run_id: int, hit: Hit, output: dict[str, Any], now: datetime
) -> Prediction:
    """What this run says of this hit; said again only after the post was edited."""
    row = session.scalar(
        select(Prediction).where(Prediction.run_id == run_id, Prediction.hit_id == hit.id)
    )
    if row is None:
        row = Prediction(run_id=run_id, hit_id=hit.id, created_at=now)
        session.add(row)
    row.output = output
    row.digest = output_digest(hit.post_key, output)
    row.created_at = now
    return row


def predictions(session: Session, run_id: int, hit_ids: Iterable[int]) -> dict[int, Prediction]:
    found: dict[int, Prediction] = {}
    for batch in chunks(hit_ids):
        for row in session.scalars(
            select(Prediction).where(Prediction.run_id == run_id, Prediction.hit_id.in_(batch))
        ):
            found[row.hit_id] = row
    return found


class Said(NamedTuple):
    """What a run said of a hit, and the seal over it."""

    output: dict[str, Any]
    digest: str


def said_of(session: Session, run_id: int, hit_ids: Iterable[int]) -> dict[int, Said]:
    """What a run said, by hit: to read many at once."""
    found: dict[int, Said] = {}
    for batch in chunks(hit_ids):
        rows = session.execute(
            select(Prediction.hit_id, Prediction.output, Prediction.digest).where(
                Prediction.run_id == run_id, Prediction.hit_id.in_(batch)
            )
        )
        found.update((hit_id, Said(output, digest)) for hit_id, output, digest in rows)
    return found


def newest_annotations(
    session: Session, hit_ids: Iterable[int], known: tuple[int, datetime] | None = None
) -> dict[int, Annotation]:
    """The annotation that counts per hit: the newest that nobody took back. A blind second reading
    is for the agreement between readers and never counts.

    `known` looks back: to the mark of an edition and the instant at which it was drafted. The mark
    alone would not do, since SQLite gives the highest id out again after its annotation is erased.
    """
    said: dict[int, list[Annotation]] = {}
    for batch in chunks(hit_ids):
        query = select(Annotation).where(Annotation.hit_id.in_(batch)).order_by(Annotation.id)
        if known is not None:
            mark, at = known
            query = query.where(Annotation.id <= mark, Annotation.created_at <= at)
        for row in session.scalars(query):
            if row.output.get("blind", False):
                continue
            _hear(said.setdefault(row.hit_id, []), row)
    return {hit_id: rows[-1] for hit_id, rows in said.items() if rows}


def _hear(rows: list[Annotation], row: Annotation) -> None:
    """What stands after one more row: it is added, or it takes an earlier one away."""
    if row.withdraws is None:
        rows.append(row)
    else:
        rows[:] = [one for one in rows if one.id != row.withdraws]


def history(session: Session, hit_id: int) -> list[Annotation]:
    """Everything people said of a hit, oldest first, with what was taken back and when, and blind
    second readings, which count for agreement only."""
    return list(
        session.scalars(
            select(Annotation).where(Annotation.hit_id == hit_id).order_by(Annotation.id)
        )
    )


def annotation_mark(session: Session) -> int:
    """The highest annotation id so far: an edition remembers it to know what it could know."""
    return int(session.scalar(select(func.max(Annotation.id))) or 0)


def show_on_hit(hit: Hit, output: Mapping[str, Any], *, confirmed: bool = False) -> None:
    """Copy what filters need from the effective label onto the hit.

    `codes` holds the sub-labels between spaces (" I1 B3 "), so that both databases find one alike.
    """
    labels = set(output.get("labels", ()))
    codes = list(output.get("sub_labels", ()))
    hit.status = str(output["status"])
    hit.is_i = "informatiebehoefte" in labels
    hit.is_b = "betekenisgeving" in labels
    hit.is_s = "schadebeperking" in labels
    hit.is_question = bool(output.get("is_question", False))
    hit.codes = f" {' '.join(codes)} " if codes else ""
    hit.urgency = str(output.get("urgency") or "l")
    hit.sentiment = str(output.get("sentiment_label") or "")
    hit.theme = str(output.get("theme") or "")
    serious = bool(THREAT_CODES & set(codes)) or bool(output.get("threat", False))
    hit.is_candidate = serious and not confirmed
