"""Posts, labels and moments to the daily report: frozen rows in, one document out (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from analysis import (
    advice,
    associations,
    blocks,
    chances,
    criticism,
    days,
    diagnosis,
    own_posts,
    phases,
    terms_used,
    volume,
    where,
)
from analysis.associations import Pair
from analysis.blocks import Desk
from analysis.days import DayCounts
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
from analysis.recount import counted, counts_of, document_seal, report_hash

#: An association is new when nobody made it on these days before.
NEW_WITHIN = 28
#: Kinds of sources that people fill with files, or by hand at the desk.
IMPORTED = frozenset({"import", "desk"})
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
    #: Words brought together with the reception, and how many earlier days were looked at for them.
    pairs: tuple[Pair, ...] = ()
    pairs_days: int = 0
    desk: Desk = field(default_factory=Desk)
    #: What the reader should know of the rhythm of the reports now.
    cadence: str = "Dagelijks verslag."
    #: Of a correction: {"of", "reason", "changes"}; of a late edition: since when it was due.
    correction: Mapping[str, Any] | None = None
    late_since: datetime | None = None
    #: To how many desks of which kind an approved edition goes, in words.
    distribution: str = ""


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
    document: dict[str, Any] = {
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
        "hash": report_hash(window, inputs.query_version, label_run, inputs.guide, keys, counts),
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
    if inputs.correction is not None:
        document["correction"] = dict(inputs.correction)
    if inputs.late_since is not None:
        document["late_since"] = inputs.late_since.isoformat()
    document["seal"] = document_seal(document)
    return SituationReport(document)


def _blocks(inputs: ReportInputs, rows: list[ReportPost], counts: dict[str, int]) -> dict[str, Any]:
    labels = {
        INFORMATION_NEED: blocks.information_need(rows, inputs.desk),
        SENSE_MAKING: blocks.sense_making(rows),
        DAMAGE_CONTROL: blocks.damage_control(rows),
    }
    labels[SENSE_MAKING]["administrators"] = criticism.of_administrators(rows)
    earlier = _comparable(inputs)
    before = volume.previous(earlier, inputs.date)
    per_hour = volume.per_hour(rows)
    platforms = where.platforms_of(inputs.sources)
    today = days.summary(rows, inputs.posts, platforms) | {
        "per_hour": per_hour,
        "pairs": [[pair.word, pair.anchor] for pair in inputs.pairs],
    }
    questions = labels[INFORMATION_NEED]["questions"]
    figures = _key_figures(inputs, rows, counts, earlier) | {"per_hour": per_hour}
    told = where.where(rows, inputs.posts, today, inputs.earlier, inputs.date)
    covered = blocks.coverage(rows)
    said = inputs.desk.statements
    return {
        "core": advice.core(counts, labels, before, _faults(inputs)),
        "key_figures": figures,
        **labels,
        "chances": chances.chances(rows, questions),
        "where": told,
        "diagnosis": diagnosis.diagnosis(rows, labels, figures, told["domains"], covered, said),
        "initiatives": diagnosis.initiatives(rows, inputs.earlier, inputs.date, said),
        "own": own_posts.landing(
            [post for post in inputs.posts if own_posts.is_told(post)],
            rows,
            inputs.window,
        ),
        **_over_time(inputs, counts, today),
        "moments": blocks.moments(inputs.moments, inputs.window.ends),
        "cadence": inputs.cadence,
        "late": blocks.late(inputs.posts),
        "own_posts": sum(post.own and not post.late for post in inputs.posts),
        "coverage": covered,
        "advice": advice.accents(counts, labels),
        "account": _account(inputs, rows),
        "day": today,
        "caveat": blocks.CAVEAT,
    }


def _account(inputs: ReportInputs, rows: Sequence[ReportPost]) -> dict[str, Any]:
    """How this report came about, and how sure its labels are."""
    by_person = sum(row.by_person for row in rows)
    return {
        "query_number": inputs.query_number,
        "labeller": inputs.labeller,
        "guide": inputs.guide,
        "by_person": by_person,
        "share_by_person": round(by_person / len(rows), 3) if rows else 0.0,
        "doubtful": sum(row.doubt for row in rows),
        "last_import": _latest(source.last_ok for source in inputs.sources),
        "last_file": _latest(
            source.last_ok for source in inputs.sources if source.kind in IMPORTED
        ),
        "distribution": inputs.distribution,
        "doubt_note": (
            "Labels zijn door de computer voorgesteld, behalve waar een medewerker ze heeft "
            "nagekeken. Ironie en toespelingen worden vaak gemist."
        ),
    }


def _latest(instants: Iterable[datetime | None]) -> str | None:
    return _iso(max((at for at in instants if at is not None), default=None))


def _over_time(
    inputs: ReportInputs, counts: Mapping[str, int], today: Mapping[str, Any]
) -> dict[str, Any]:
    """What only many days together can tell: waves, phases, forms, words, new associations."""
    line = [one for one in inputs.earlier if one.date < inputs.date]
    if inputs.kind != "interim":
        line.append(DayCounts(inputs.date, counts, inputs.phase, today))
    seen = [
        pair
        for one in inputs.earlier
        if 0 < (inputs.date - one.date).days <= NEW_WITHIN
        for pair in one.detail.get("pairs", ())
    ]
    return {
        "phases": phases.by_phase(line)
        | {
            "wave": phases.wave(line),
            "forms": phases.structural_or_temporary([one.detail.get("forms", {}) for one in line]),
        },
        "terms_over_time": terms_used.tracked(line),
        "associations": associations.associations(
            inputs.pairs, seen, counts["posts"], inputs.pairs_days
        ),
    }


def _comparable(inputs: ReportInputs) -> Sequence[DayCounts]:
    """Earlier days; for an interim edition only as far as its own hour."""
    if inputs.kind != "interim":
        return inputs.earlier
    return volume.until(inputs.earlier, inputs.window.ends.astimezone(volume.AMSTERDAM).hour)


def _key_figures(
    inputs: ReportInputs,
    rows: list[ReportPost],
    counts: dict[str, int],
    earlier: Sequence[DayCounts],
) -> dict[str, Any]:
    before = volume.previous(earlier, inputs.date)
    base = volume.base(earlier, inputs.date)
    same_hour = ", tot hetzelfde uur" if inputs.kind == "interim" else ""
    per_1000 = None
    if inputs.inhabitants:
        per_1000 = round(1000 * counts["posts"] / inputs.inhabitants, 2)
    return {
        "rows": [_figure(name, label, counts, before, base) for name, label in ROWS],
        "base_days": volume.base_days(earlier, inputs.date),
        "base_text": "nog geen basis"
        if base is None
        else f"gemiddelde van de 7 dagen ervoor{same_hour}",
        "per_1000": per_1000,
        "sentiment": blocks.sentiment(rows),
        "stance": blocks.stance(rows),
        "locality": blocks.locality(rows),
        "groups": blocks.groups(rows),
        "statuses": blocks.statuses(rows),
        "per_source": _per_source(inputs.sources, rows),
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
    earlier = None if before is None or name not in before else int(before[name])
    usual = None if base is None or name not in base else float(base[name])
    return {
        "key": name,
        "label": label,
        "value": value,
        "previous": earlier,
        "change_previous": None if earlier is None else value - earlier,
        "base": usual,
        "change_base": None if usual is None else round(value - usual, 1),
    }


def _per_source(
    sources: Sequence[SourceAccount], rows: Sequence[ReportPost]
) -> list[dict[str, Any]]:
    titles = {source.slug: source.title for source in sources}
    found = Counter(row.source for row in rows)
    return [
        {"slug": slug, "title": titles.get(slug, slug), "n": n}
        for slug, n in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]


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
