"""What a report counts, and the seal over it: pure enough that anybody can do it again.

Counted is every post that is not `ruis`, not the municipality's own and not late. `echo` and
`niet-beoordeeld` count as posts and carry no label. S2, S3 and S6 are outside every S count until a
person confirmed them (trust.md P11).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC
from typing import Any

from analysis.canonical import canonical
from analysis.records import DAMAGE_CONTROL, GLEANED, LABELS, ReportPost
from analysis.scheme import NEEDS_PERSON

_FIELDS = tuple(field.name for field in fields(ReportPost))


def is_counted(post: ReportPost) -> bool:
    return post.status != "ruis" and not post.own and not post.late


def counted(posts: Iterable[ReportPost]) -> list[ReportPost]:
    """The posts that a report counts, by post key."""
    return sorted((post for post in posts if is_counted(post)), key=lambda post: post.post_key)


def counted_posts(posts: Iterable[ReportPost]) -> list[str]:
    """Their keys, sorted."""
    return [post.post_key for post in counted(posts)]


def codes_that_count(post: ReportPost) -> tuple[str, ...]:
    """The sub-labels that count: unconfirmed S2, S3 and S6 do not."""
    if post.status != "gelabeld":
        return ()
    return tuple(code for code in post.sub_labels if post.confirmed or code not in NEEDS_PERSON)


def labels_that_count(post: ReportPost) -> frozenset[str]:
    """I/B/S labels of a post; S only through a code that counts."""
    if post.status != "gelabeld":
        return frozenset()
    labels = set(post.labels)
    if DAMAGE_CONTROL in labels and not any(code[0] == "S" for code in codes_that_count(post)):
        labels.discard(DAMAGE_CONTROL)
    return frozenset(labels)


def is_threat_candidate(post: ReportPost) -> bool:
    """A post that a person must judge before it counts as S2, S3 or S6."""
    return not post.confirmed and (post.threat or bool(NEEDS_PERSON & set(post.sub_labels)))


def counts_of(posts: Iterable[ReportPost]) -> dict[str, int]:
    """The `counts` of contracts.md; `late` counts the posts that came after their own edition."""
    everything = list(posts)
    rows = counted(everything)
    per_label = dict.fromkeys(LABELS, 0)
    for row in rows:
        for label in labels_that_count(row):
            per_label[label] += 1
    return {
        "posts": len(rows),
        "authors": len({row.author for row in rows if row.author is not None}),
        **per_label,
        "none": sum(row.status == "geen" for row in rows),
        "questions": sum(row.is_question and row.status != "echo" for row in rows),
        "threat_candidates": sum(is_threat_candidate(row) for row in rows),
        "late": sum(row.late and row.status != "ruis" and not row.own for row in everything),
    }


def document_seal(document: Mapping[str, Any]) -> str:
    """SHA-256 over the whole document but its status and this seal: a number that is changed shows.

    Beside the hash of contracts.md, which must be equal wherever the same input is counted.
    """
    sealed = {name: part for name, part in document.items() if name not in ("status", "seal")}
    return hashlib.sha256(canonical(sealed)).hexdigest()


def report_hash(
    window: Mapping[str, str],
    query_version: str,
    label_run: str,
    guide: str,
    posts: Sequence[str],
    counts: Mapping[str, int],
) -> str:
    """SHA-256 of the canonical JSON (RFC 8785): equal wherever the same input is counted."""
    sealed: dict[str, Any] = {
        "window": dict(window),
        "query_version": query_version,
        "label_run": label_run,
        "guide": guide,
        "posts": list(posts),
        "counts": dict(counts),
    }
    return hashlib.sha256(canonical(sealed)).hexdigest()


def row_digest(row: ReportPost) -> str:
    """SHA-256 over a whole frozen row; times in UTC, so that both databases agree.

    What was gleaned counts only where something was, so that the seals of older rows hold.
    """
    values: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(row, name)
        if value or name not in GLEANED:
            values[name] = list(value) if type(value) is tuple else value
    for name in ("published_at", "first_seen"):
        values[name] = values[name].astimezone(UTC).isoformat()
    values["local_date"] = row.local_date.isoformat()
    return hashlib.sha256(canonical(values)).hexdigest()
