"""A newly activated version takes what it wants out of the tuning buffer (R46).

The buffer holds no author and no address, so a post found this way has none either; when its source
still shows it, the next fetch finds the post known.
"""

from __future__ import annotations

from analysis.records import Post
from app.services.access import Scope
from app.services.corpus import corpus_of
from app.services.house import House
from app.services.labels import as_output, current_run
from app.services.store import hit_digest
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage import tuning as rows
from app.storage.models import BufferRow, Hit, PostRow, QueryVersion
from query import Document, Verdict, compile_query


def backfill(house: House, session: Session, scope: Scope, version: QueryVersion) -> int:
    """Make hits of buffered posts that this version matches; returns how many."""
    query = compile_query(version.text, version.terms)
    corpus = corpus_of(house, session, scope)
    wanted: list[tuple[str, Verdict, Document]] = []
    for number in corpus.archive.numbers(query):
        trial, document = corpus.posts[number], corpus.archive.document(number)
        if trial.buffered and trial.local_date >= scope.dossier.starts:
            wanted.append((trial.post_key, query.match(document), document))
    there = rows.buffer_rows(session, (key for key, _, _ in wanted))
    chosen = [(there[key], verdict, document) for key, verdict, document in wanted if key in there]
    if not chosen:
        return 0
    places = dossier_rows.places(version.terms)
    said = house.labeller.label(
        [
            Post(
                text=row.text, title=row.title, group=_group(document), places=places, lang=row.lang
            )
            for row, _, document in chosen
        ]
    )
    run = current_run(house, session, scope.dossier.id)
    now = house.clock.now()
    for (row, verdict, document), labelled in zip(chosen, said, strict=True):
        hit = _hit_of(house, session, scope, version, row, verdict, document)
        output = as_output(labelled)
        label_rows.show_on_hit(hit, output)
        session.add(hit)
        session.flush()
        label_rows.set_prediction(session, run.id, hit, output, now)
    post_rows.drop_buffer(session, [row.id for row, _, _ in chosen])
    return len(chosen)


def _group(document: Document) -> str | None:
    """The kind among the names of the groups that hold the post's source."""
    from app.storage.models import GROUP_KINDS

    return next((name for name in document.fields.get("group", ()) if name in GROUP_KINDS), None)


def _hit_of(
    house: House,
    session: Session,
    scope: Scope,
    version: QueryVersion,
    row: BufferRow,
    verdict: Verdict,
    document: Document,
) -> Hit:
    post = PostRow(
        post_key=row.post_key,
        organisation_id=scope.dossier.organisation_id,
        source_id=row.source_id,
        title=row.title,
        text=row.text,
        lang=row.lang,
        published_at=row.published_at,
        date_rule=row.date_rule,
        first_seen=row.first_seen,
        local_date=row.local_date,
        content_hash=row.content_hash,
    )
    session.add(post)
    session.flush()
    post_rows.add_origin(session, post.id, row.source_id, row.post_key, row.first_seen)
    return Hit(
        post_id=post.id,
        dossier_id=scope.dossier.id,
        post_key=post.post_key,
        published_at=post.published_at,
        source_id=post.source_id,
        query_version_id=version.id,
        spans=[
            {"start": s.start, "end": s.end, "leaf": s.leaf, "in_title": s.in_title}
            for s in verdict.spans
        ],
        author=None,
        group_kind=_group(document),
        locality="unknown",
        locality_reason="uit de buffer: zonder afzender bewaard",
        own=False,
        digest=hit_digest(post.post_key, scope.dossier.slug, version.digest, None),
        status="geen",
        stored_at=house.clock.now(),
    )
