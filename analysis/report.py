"""Posts, labels and moments to the daily report: frozen rows in, one document out (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from analysis import advice, blocks, volume
from analysis.records import (
    DAMAGE_CONTROL,
    INFORMATION_NEED,
    SENSE_MAKING,
    Gap,
    Moment,
    ReportPost,
    SourceAccount,
    Window,
)
from analysis.recount import counted, counts_of, report_hash
from analysis.volume import DayCounts

HEALTHY = frozenset({"ok", "not-modified", "empty"})
ROWS = (
    ("posts", "Berichten"),
    ("authors", "Afzenders (pseudoniem)"),
    (INFORMATION_NEED, "Informatiebehoefte"),
    (SENSE_MAKING, "Betekenisgeving"),
    (DAMAGE_CONTROL, "Schadebeperking"),
    ("none", "Zonder label"),
    ("questions", "Vragen"),
    ("threat_candidates", "Mogelijke dreiging, nog te beoordelen"),
)


@dataclass(frozen=True, slots=True)
class ReportInputs:
    """Everything a report is made of; the same inputs give the same bytes."""

    organisation: str
    dossier: str
    title: str
    reception_kind: str
    phase: str
    date: date
    kind: str
    edition: int
    window: Window
    posts: tuple[ReportPost, ...]
    earlier: tuple[DayCounts, ...]
    moments: tuple[Moment, ...]
    sources: tuple[SourceAccount, ...]
    gaps: tuple[Gap, ...]
    query_version: str
    query_number: int
    labeller: str
    model: str
    guide: str
    inhabitants: int | None = None


@dataclass(frozen=True, slots=True)
class SituationReport:
    """The finished report; `document` is the JSON of contracts.md."""

    document: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return dict(self.document)


def build(inputs: ReportInputs) -> SituationReport:
    """Count, compare, arrange and seal. No text of a post and no name is in it (P11)."""
    rows = counted(inputs.posts)
    counts = counts_of(inputs.posts)
    window = {
        "from": inputs.window.starts.isoformat(),
        "to": inputs.window.ends.isoformat(),
    }
    label_run = f"{inputs.labeller}/{inputs.model}"
    keys = [row.post_key for row in rows]
    return SituationReport(
        {
            "dossier": inputs.dossier,
            "title": inputs.title,
            "organisation": inputs.organisation,
            "reception_kind": inputs.reception_kind,
            "phase": inputs.phase,
            "date": inputs.date.isoformat(),
            "kind": inputs.kind,
            "edition": inputs.edition,
            "window": window,
            "status": "draft",
            "hash": report_hash(
                window, inputs.query_version, label_run, inputs.guide, keys, counts
            ),
            "query_version": inputs.query_version,
            "query_number": inputs.query_number,
            "label_run": label_run,
            "guide": inputs.guide,
            "counts": counts,
            "posts": keys,
            "sources": [_source(source) for source in sorted(inputs.sources, key=_slug)],
            "gaps": [_gap(gap) for gap in inputs.gaps],
            "not_seen": [{"platform": name, "last_import": None} for name in blocks.UNSEEN],
            "blocks": _blocks(inputs, rows, counts),
        }
    )


def _blocks(inputs: ReportInputs, rows: list[ReportPost], counts: dict[str, int]) -> dict[str, Any]:
    labels = {
        INFORMATION_NEED: blocks.information_need(rows),
        SENSE_MAKING: blocks.sense_making(rows),
        DAMAGE_CONTROL: blocks.damage_control(rows),
    }
    before = volume.previous(inputs.earlier, inputs.date)
    by_person = sum(row.by_person for row in rows)
    return {
        "core": advice.core(counts, labels, before, _faults(inputs)),
        "key_figures": _key_figures(inputs, rows, counts, before),
        **labels,
        "moments": blocks.moments(inputs.moments, inputs.window.ends),
        "late": blocks.late(inputs.posts),
        "own_posts": sum(post.own and not post.late for post in inputs.posts),
        "coverage": blocks.coverage(rows),
        "advice": advice.accents(counts, labels),
        "account": {
            "query_number": inputs.query_number,
            "labeller": inputs.labeller,
            "guide": inputs.guide,
            "by_person": by_person,
            "share_by_person": round(by_person / len(rows), 3) if rows else 0.0,
            "doubt_note": (
                "Labels zijn door de computer voorgesteld, behalve waar een medewerker ze heeft "
                "nagekeken. Ironie en toespelingen worden vaak gemist."
            ),
        },
        "caveat": blocks.CAVEAT,
    }


def _key_figures(
    inputs: ReportInputs,
    rows: list[ReportPost],
    counts: dict[str, int],
    before: Mapping[str, int] | None,
) -> dict[str, Any]:
    base = volume.base(inputs.earlier, inputs.date)
    per_1000 = None
    if inputs.inhabitants:
        per_1000 = round(1000 * counts["posts"] / inputs.inhabitants, 2)
    return {
        "rows": [_figure(name, label, counts, before, base) for name, label in ROWS],
        "base_days": volume.base_days(inputs.earlier, inputs.date),
        "base_text": "nog geen basis" if base is None else "gemiddelde van de 7 dagen ervoor",
        "per_1000": per_1000,
        "sentiment": blocks.sentiment(rows),
        "stance": blocks.stance(rows),
        "locality": blocks.locality(rows),
        "groups": blocks.groups(rows),
        "statuses": blocks.statuses(rows),
        "per_hour": volume.per_hour(rows),
        "per_day": volume.per_day(inputs.earlier, inputs.date, counts),
    }


def _figure(
    name: str,
    label: str,
    counts: Mapping[str, int],
    before: Mapping[str, int] | None,
    base: Mapping[str, float] | None,
) -> dict[str, Any]:
    value = counts[name]
    earlier = None if before is None else int(before.get(name, 0))
    usual = None if base is None else float(base.get(name, 0.0))
    return {
        "key": name,
        "label": label,
        "value": value,
        "previous": earlier,
        "change_previous": None if earlier is None else value - earlier,
        "base": usual,
        "change_base": None if usual is None else round(value - usual, 1),
    }


def _slug(source: SourceAccount) -> str:
    return source.slug


def _source(source: SourceAccount) -> dict[str, Any]:
    return {
        "slug": source.slug,
        "title": source.title,
        "kind": source.kind,
        "own": source.own,
        "enabled": source.enabled,
        "reason": source.reason,
        "posts": source.posts,
        "last_ok": _iso(source.last_ok),
        "complete_until": _iso(source.complete_until),
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "source": gap.source,
        "from": gap.starts.isoformat(),
        "to": _iso(gap.ends),
        "reason": gap.reason,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _faults(inputs: ReportInputs) -> list[str]:
    """Sources that gave no good answer, or have a gap in this window."""
    gaps = {gap.source for gap in inputs.gaps}
    return [
        f"{source.title} is niet helemaal gelezen"
        for source in sorted(inputs.sources, key=_slug)
        if source.enabled and (source.reason not in HEALTHY or source.slug in gaps)
    ]


__all__ = ["DayCounts", "ReportInputs", "SituationReport", "build"]
