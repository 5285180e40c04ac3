"""The blocks of the daily report: one small function per block (domain.md §1.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from analysis import asked, scheme
from analysis.diagnosis import Statement
from analysis.records import (
    DAMAGE_CONTROL,
    INFORMATION_NEED,
    SENSE_MAKING,
    Moment,
    ReportPost,
)
from analysis.recount import codes_that_count, is_threat_candidate, labels_that_count

TOP = 5
AHEAD = timedelta(hours=72)
PRESS = frozenset({"journalists"})
UNSEEN = ("Facebook", "X", "Instagram", "TikTok", "besloten groepen")
CAVEAT = "Sociale media zijn niet representatief: dit verslag telt berichten, geen inwoners."


def sub_counts(rows: Iterable[ReportPost], letter: str) -> dict[str, int]:
    """Every sub-label of a letter with its count, zero included."""
    found = Counter(code for row in rows for code in codes_that_count(row))
    return {code: found[code] for code in scheme.SUB_LABELS if code[0] == letter}


@dataclass(frozen=True, slots=True)
class Desk:
    """What people wrote beside the numbers: answers, paraphrases by theme, rumours, statements.

    `answered` is "ja" or "nog niet bekend" for a theme with an approved answer; `titles` are those
    of the dossier's own themes; `wording` is how a person put a cluster of questions, by its name.
    """

    answered: Mapping[str, str] = field(default_factory=dict)
    paraphrases: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    wording: Mapping[str, str] = field(default_factory=dict)
    rumours: tuple[Mapping[str, str], ...] = ()
    statements: tuple[Statement, ...] = ()


def information_need(rows: Sequence[ReportPost], desk: Desk = Desk()) -> dict[str, Any]:
    """Most asked questions by theme, a question asked once too (R31), and those that came back.

    With the register of rumours: claims in the words of a person, each with its status (D8).
    """
    codes = sub_counts(rows, "I")
    return {
        "n": _labelled(rows, INFORMATION_NEED),
        "sub": codes,
        "questions": asked.by_theme(rows, desk.answered, desk.paraphrases, desk.titles),
        "clusters": asked.clusters(rows, desk.answered, desk.wording, desk.titles),
        "rumours": codes["I4"],
        "register": [dict(rumour) for rumour in desk.rumours],
        "lacking": codes["I5"],
    }


def sense_making(rows: Sequence[ReportPost]) -> dict[str, Any]:
    """Emotions, criticism by whom it is aimed at, frames, support, the words people use."""
    codes = sub_counts(rows, "B")
    meaning = [row for row in rows if SENSE_MAKING in labels_that_count(row)]
    critical = [row for row in meaning if "B3" in row.sub_labels]
    return {
        "n": len(meaning),
        "sub": codes,
        "emotions": [
            {"emotion": name, "label": scheme.EMOTIONS.get(name, name), "n": n}
            for name, n in _ranked(e for row in meaning for e in row.emotion if e != "geen")
        ],
        "criticism": [
            {"target": name, "label": scheme.TARGETS.get(name, "Niemand genoemd"), "n": n}
            for name, n in _ranked(row.target or "geen" for row in critical)
        ],
        "frames": codes["B4"],
        "support": codes["B5"],
        "terms": [
            {"term": term, "n": n}
            for term, n in _ranked(term for row in rows for term in row.terms_used)[:10]
        ],
    }


def damage_control(rows: Sequence[ReportPost]) -> dict[str, Any]:
    """Calls, offers, incidents and self-help; candidates for a threat as a number of their own."""
    codes = sub_counts(rows, "S")
    return {
        "n": _labelled(rows, DAMAGE_CONTROL),
        "sub": codes,
        "calls": codes["S1"],
        "offers": codes["S4"],
        "incidents": codes["S7"],
        "self_help": codes["S5"],
        "confirmed_threats": codes["S2"] + codes["S3"] + codes["S6"],
        "threat_candidates": sum(is_threat_candidate(row) for row in rows),
    }


def sentiment(rows: Sequence[ReportPost]) -> dict[str, int]:
    judged = [row for row in rows if row.status in ("gelabeld", "geen")]
    found = Counter(row.sentiment_label for row in judged)
    names = ("positief", "neutraal", "negatief")
    return {**{name: found[name] for name in names}, "n": len(judged)}  # type: ignore[index]


def stance(rows: Sequence[ReportPost]) -> dict[str, int]:
    judged = [row for row in rows if row.status == "gelabeld"]
    found = Counter(row.stance for row in judged)
    return {**{name: found[name] for name in scheme.STANCES}, "n": len(judged)}


def locality(rows: Sequence[ReportPost]) -> dict[str, int]:
    """Unknown is never folded into local (R38)."""
    found = Counter(str(row.locality) for row in rows)
    return {name: found[name] for name in ("local", "outside", "unknown")}


def groups(rows: Sequence[ReportPost]) -> dict[str, int]:
    found = Counter(row.group or "unknown" for row in rows)
    return {name: found[name] for name in sorted(found)}


def statuses(rows: Sequence[ReportPost]) -> dict[str, int]:
    found = Counter(str(row.status) for row in rows)
    return {name: found[name] for name in scheme.STATUSES if name != "ruis"}


def late(posts: Sequence[ReportPost]) -> dict[str, Any]:
    """Posts of earlier days that their own edition could not count yet."""
    rows = [post for post in posts if post.late and post.status != "ruis" and not post.own]
    found = Counter(row.local_date for row in rows)
    return {
        "n": len(rows),
        "per_date": [{"date": day.isoformat(), "n": found[day]} for day in sorted(found)],
    }


def moments(listed: Sequence[Moment], after: datetime) -> dict[str, Any]:
    """The next defining moment after the window, and all of them within 72 hours (R16)."""
    coming = sorted((m for m in listed if m.at >= after), key=lambda m: (m.at, m.title))
    rows = [
        {"at": m.at.isoformat(), "kind": m.kind, "title": m.title}
        for m in coming
        if m.at < after + AHEAD
    ]
    following = coming[0] if coming else None
    return {
        "next": {
            "at": following.at.isoformat(), "kind": following.kind, "title": following.title,
        }
        if following
        else None,
        "list": rows,
    }  # fmt: skip


def coverage(rows: Sequence[ReportPost]) -> int:
    """News without a label: counted as coverage, not as opinion (guide D1)."""
    return sum(row.status == "geen" and row.group in PRESS for row in rows)


def _labelled(rows: Iterable[ReportPost], label: str) -> int:
    return sum(label in labels_that_count(row) for row in rows)


def _ranked(names: Iterable[str]) -> list[tuple[str, int]]:
    found: Mapping[str, int] = Counter(names)
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))
