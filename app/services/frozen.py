"""Frozen input rows: a hit as an edition counts it, without text and without raw ids (house.md §4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from analysis.gleaning import glean
from analysis.records import GLEANED, ReportPost
from app.services.labels import effective
from app.storage import Session
from app.storage import labels as label_rows
from app.storage import questions as question_rows
from app.storage.models import Annotation, Hit, PostRow, Prediction
from app.storage.reports import Counted

NAMES = tuple(field.name for field in fields(ReportPost))
LISTS = ("labels", "sub_labels", "emotion", "terms_used", "domains", "reasons")


def freeze(
    session: Session,
    rows: Sequence[tuple[Hit | Counted, PostRow | Counted, str]],
    run_id: int,
    *,
    late: bool | Mapping[str, bool],
    known: tuple[int, datetime] | None = None,
) -> list[tuple[ReportPost, int, str]]:
    """(frozen row, revision of the post, digest of the prediction) for hits under one label run."""
    ids = [hit.id for hit, _, _ in rows]
    said = label_rows.said_of(session, run_id, ids)
    people = label_rows.newest_annotations(session, ids, known)
    places = question_rows.place_of(session, (hit_id for hit_id in ids if _may_ask(said, hit_id)))
    frozen = []
    for hit, post, slug in rows:
        prediction = said.get(hit.id)
        is_late = late if isinstance(late, bool) else late.get(hit.post_key, False)
        frozen.append(
            (
                row_of(
                    hit, post, slug, prediction, people.get(hit.id), late=is_late,
                    place=places.get(hit.id),
                ),
                post.revision,
                prediction.digest if prediction else "",
            )
        )  # fmt: skip
    return frozen


def _may_ask(said: Mapping[int, Prediction] | Mapping[int, label_rows.Said], hit_id: int) -> bool:
    return hit_id in said and bool(said[hit_id].output.get("is_question"))


def row_of(
    hit: Hit | Counted,
    post: PostRow | Counted,
    source: str,
    prediction: Prediction | label_rows.Said | None,
    annotation: Annotation | None,
    *,
    late: bool,
    place: tuple[str, str | None] | None = None,
) -> ReportPost:
    """A hit as an edition counts it: the effective label, no text, no raw id. `place` is the name
    of its cluster of questions, and the theme that a person gave that.
    """
    unlabelled = {"status": "niet-beoordeeld", "labels": [], "sub_labels": []}
    output = effective(prediction.output if prediction else unlabelled, annotation)
    threat_codes = label_rows.THREAT_CODES & set(output["sub_labels"])
    asks, asked_theme = place if place and output.get("is_question") else (None, None)
    gleaned = glean(
        post.text, post.title, own=hit.own, codes=output["sub_labels"], theme=output.get("theme")
    )
    return ReportPost(
        post_key=hit.post_key,
        published_at=post.published_at,
        first_seen=post.first_seen,
        local_date=post.local_date,
        source=source,
        author=hit.author,
        group=hit.group_kind,
        locality=hit.locality,  # type: ignore[arg-type]
        own=hit.own,
        status=output["status"],
        labels=tuple(output["labels"]),
        sub_labels=tuple(output["sub_labels"]),
        sentiment=float(output.get("sentiment", 0.0)),
        sentiment_label=output.get("sentiment_label", "neutraal"),
        stance=output.get("stance", "onduidelijk"),
        emotion=tuple(output.get("emotion", ())),
        target=output.get("target"),
        purpose=output.get("purpose"),
        is_question=bool(output.get("is_question", False)),
        theme=output.get("theme"),
        threat=bool(output.get("threat", False)),
        urgency=output.get("urgency", "l"),
        terms_used=tuple(output.get("terms_used", ())),
        reception_form=output.get("reception_form"),
        confirmed=annotation is not None and annotation.confirmed and bool(threat_codes),
        by_person=annotation is not None,
        late=late,
        domains=gleaned.domains,
        reasons=gleaned.reasons,
        own_kind=gleaned.own_kind,
        thread=post.thread_key,
        doubt=annotation is None and bool(output.get("doubt", False)),
        asks=asks,
        asked_theme=asked_theme,
    )


def bare(row: ReportPost) -> ReportPost:
    """The row without what was gleaned: what tables can be held against, whatever the release."""
    return replace(
        row, domains=(), reasons=(), own_kind=None, thread=None, doubt=False, asks=None,
        asked_theme=None,
    )  # fmt: skip


def row_json(row: ReportPost) -> dict[str, Any]:
    """A frozen row as plain JSON."""
    values = {name: getattr(row, name) for name in NAMES}
    for name in ("published_at", "first_seen", "local_date"):
        values[name] = values[name].isoformat()
    for name in LISTS:
        values[name] = list(values[name])
    return values


def row_from_json(values: Mapping[str, Any]) -> ReportPost:
    """The frozen row back; raises `KeyError` or `ValueError` when it was damaged."""
    read = {name: values[name] for name in NAMES if name in values or name not in GLEANED}
    for name in ("published_at", "first_seen"):
        read[name] = datetime.fromisoformat(read[name])
    read["local_date"] = date.fromisoformat(read["local_date"])
    for name in LISTS:
        if name in read:
            read[name] = tuple(read[name])
    return ReportPost(**read)
