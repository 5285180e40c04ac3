"""What people said of posts, as lines that `klankbord model train --corrections` learns from.

Labels are a person's, and the theme of a question where a person gave one; the other second axes are
the labeller's. Text is
masked as in every export, and the log says that it left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.corpus import Example, as_line
from analysis.masking import mask
from analysis.records import Post
from app.clock import local_date
from app.errors import InvalidInput
from app.services.access import at_the_console
from app.services.audit import note
from app.services.export import allowed_mentions
from app.services.house import House
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage.models import Annotation, Hit, PostRow

OTHER_THEME = "overig"


def lines(house: House, slug: str, reason: str) -> list[str]:
    """One JSON line per post that a person labelled, by post key. Raises `NotFound` and, without a
    reason, `InvalidInput`.
    """
    if not reason.strip():
        raise InvalidInput('Tekst van berichten verlaat de dienst: --reason "…".', field="reason")
    with house.database.write() as session:
        scope = at_the_console(session, slug)
        allowed = allowed_mentions(session, scope.dossier.id, local_date(house.clock.now()))
        rows = post_rows.all_hits(session, scope.dossier.id)
        ids = [hit.id for hit, _ in rows]
        people = label_rows.newest_annotations(session, ids)
        run = label_rows.active_run(session, scope.dossier.id)
        said = label_rows.predictions(session, run.id, people) if run else {}
        found = [
            as_line(_example(hit, post, people[hit.id], _said(said, hit.id), allowed))
            for hit, post in sorted(rows, key=lambda row: row[0].post_key)
            if hit.id in people
        ]
        note(
            house, session, scope.dossier.organisation_id, actor="cli",
            action="corrections-exported", subject=slug, dossier=slug, reason=reason,
            facts={"posts": len(found)},
        )  # fmt: skip
    return found


def _said(said: Mapping[int, Any], hit_id: int) -> Mapping[str, Any]:
    return said[hit_id].output if hit_id in said else {}


def _example(
    hit: Hit,
    post: PostRow,
    person: Annotation,
    said: Mapping[str, Any],
    allowed: frozenset[str],
) -> Example:
    asks = bool(said.get("is_question", False))
    return Example(
        id=hit.post_key,
        post=Post(
            text=mask(post.text, allowed).text,
            title=mask(post.title, allowed).text,
            is_repost=post.is_repost,
            group=hit.group_kind,
            own=hit.own,
            lang=post.lang,
        ),
        status=person.status,
        sub_labels=tuple(person.sub_labels),
        sentiment_label=str(said.get("sentiment_label", "neutraal")),
        stance=str(said.get("stance", "onduidelijk")),
        emotion=tuple(said.get("emotion", ())),
        target=said.get("target"),
        purpose=said.get("purpose"),
        urgency=str(said.get("urgency", "l")),
        is_question=asks,
        theme=(hit.theme or said.get("theme") or OTHER_THEME) if asks else None,
        threat=_threatens(person.sub_labels, said),
        irony=bool(said.get("irony", False)),
        scene="eigen correcties",
        writer="eigen",
    )


def _threatens(codes: Sequence[str], said: Mapping[str, Any]) -> bool:
    """S3 always; S2 and S6 where the labeller saw a threat, for they are wider (guide D19)."""
    serious = bool(label_rows.THREAT_CODES & set(codes))
    return "S3" in codes or (serious and bool(said.get("threat", False)))
