"""The analyst's work: try a query before it is saved, compare two, and see what each term costs.

Everything runs over the corpus of the dossier (stored posts and the tuning buffer) and changes
nothing. The buffer is a sample: its rate per source stands beside every figure that it touches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from analysis.masking import mask
from app.clock import local_date
from app.errors import NotFound
from app.services.access import Scope
from app.services.corpus import Corpus, TrialPost, corpus_of
from app.services.export import allowed_mentions
from app.services.house import House
from app.services.posts import show
from app.services.terms import merged
from app.storage import Session, inbox
from app.storage import dossiers as dossier_rows
from app.storage.models import QueryVersion
from query import CompiledQuery, compile_query, templates
from query.advice import lint
from query.difference import Responsible, difference, term_yields
from query.explain import explain

NEWEST = 25


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One post in a preview, masked; `status` None: from the buffer; `hidden`: not for this reader."""

    post_key: str
    source: str
    published_at: datetime
    title: str
    text: str
    spans: tuple[tuple[int, int, str, bool], ...]
    status: str | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class SourceCount:
    """Matches of one source; `kept` of `offered` unmatched posts are in its buffer."""

    source: str
    count: int
    kept: int
    offered: int


@dataclass(frozen=True, slots=True)
class TermCount:
    """What one term brings: posts that hold it, matches with it, matches lost without it, and how
    many of its matches were labelled as noise."""

    leaf: str
    posts: int
    matched: int
    alone: int
    noise: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a query would find in the corpus now."""

    canonical: str
    count: int
    posts: int
    from_buffer: int
    newest: tuple[TrialLine, ...]
    per_source: tuple[SourceCount, ...]
    per_day: tuple[tuple[date, int], ...]
    terms: tuple[TermCount, ...]
    removed: tuple[dict[str, Any], ...]
    advice: tuple[dict[str, Any], ...]


def compiled(
    session: Session, scope: Scope, text: str, values: Mapping[str, Sequence[str]] | None
) -> CompiledQuery:
    """A query with the dossier's values, or those given; raises `query.QueryError`."""
    return compile_query(text, merged(dossier_rows.terms(session, scope.dossier.id), values))


def preview(
    house: House,
    session: Session,
    scope: Scope,
    query: CompiledQuery,
    *,
    newest: int = NEWEST,
    lists: Mapping[str, Any] | None = None,
) -> Trial:
    """Count, newest, per source, per day, what each term brings and what each NOT removed."""
    corpus = corpus_of(house, session, scope, lists)
    numbers = corpus.archive.numbers(query)
    found = [corpus.posts[number] for number in numbers]
    seen = corpus.archive.preview(query, 0, details=True)
    public = allowed_mentions(session, scope.dossier.id, local_date(house.clock.now()))
    return Trial(
        canonical=query.canonical,
        count=len(found),
        posts=len(corpus.posts),
        from_buffer=sum(post.buffered for post in found),
        newest=tuple(lines(house, session, scope, corpus, list(reversed(numbers))[:newest], query)),
        per_source=tuple(_per_source(corpus, found)),
        per_day=tuple(sorted(Counter(post.local_date for post in found).items())),
        terms=tuple(_terms(corpus, query, {one.leaf: one.posts for one in seen.leaves})),
        removed=tuple(
            {"leaf": one.leaf, "posts": one.posts, "alone": one.alone} for one in seen.removed
        ),
        advice=tuple(one.as_json() for one in lint(query, corpus.archive, public)),
    )


def recount(house: House, session: Session, scope: Scope, version: QueryVersion) -> Trial:
    """An old version again, with its frozen values and lists: the same posts, the same counts."""
    query = compile_query(version.text, version.terms)
    return preview(house, session, scope, query, lists=version.lists)


def _per_source(corpus: Corpus, found: Iterable[TrialPost]) -> Iterable[SourceCount]:
    counts = Counter(post.source for post in found)
    for source in sorted({*counts, *corpus.rates}):
        kept, offered = corpus.rates.get(source, (0, 0))
        yield SourceCount(source, counts[source], kept, offered)


def _terms(corpus: Corpus, query: CompiledQuery, posts: Mapping[str, int]) -> Iterable[TermCount]:
    """Per term of the query, most matches first."""
    noise = [n for n, trial in enumerate(corpus.posts) if trial.status == "ruis"]
    yields = term_yields(query, corpus.archive, noise)
    for one in sorted(yields, key=lambda term: (-term.posts, term.leaf)):
        yield TermCount(one.leaf, posts.get(one.leaf, one.posts), one.posts, one.alone, one.noise)


@dataclass(frozen=True, slots=True)
class Change:
    """Posts that another query gains and loses, newest first, with the terms responsible."""

    before: int
    after: int
    gained: int
    lost: int
    gained_posts: tuple[TrialLine, ...]
    lost_posts: tuple[TrialLine, ...]
    gained_by: tuple[dict[str, Any], ...]
    lost_by: tuple[dict[str, Any], ...]


def compare(
    house: House, session: Session, scope: Scope, old: CompiledQuery, new: CompiledQuery
) -> Change:
    """What changes when `new` takes the place of `old`, over the corpus."""
    corpus = corpus_of(house, session, scope)
    found = difference(old, new, corpus.archive)

    def newest(numbers: Sequence[int], query: CompiledQuery) -> tuple[TrialLine, ...]:
        return tuple(lines(house, session, scope, corpus, list(reversed(numbers))[:NEWEST], query))

    def told(rows: Sequence[Responsible]) -> tuple[dict[str, Any], ...]:
        return tuple({"leaf": row.leaf, "why": row.why, "posts": row.posts} for row in rows)

    return Change(
        found.before, found.after, len(found.gained), len(found.lost),
        newest(found.gained, new), newest(found.lost, old),
        told(found.gained_by), told(found.lost_by),
    )  # fmt: skip


def lines(
    house: House,
    session: Session,
    scope: Scope,
    corpus: Corpus,
    numbers: Sequence[int],
    query: CompiledQuery | None,
) -> Iterable[TrialLine]:
    """Posts of the corpus as a reader of this scope may see them, with the query's hits marked."""
    wanted = [(number, corpus.posts[number]) for number in numbers]
    keys = [trial.post_key for _, trial in wanted if not trial.buffered]
    rows = inbox.hits_by_key(session, scope.dossier.id, keys)
    hidden = {post.row.post_key for post in show(house, session, scope, rows) if post.hidden}
    allowed = allowed_mentions(session, scope.dossier.id, local_date(house.clock.now()))
    for number, trial in wanted:
        shut = trial.post_key in hidden
        text, title = mask(trial.text, allowed), mask(trial.title, allowed)
        spans = []
        for span in query.match(corpus.archive.document(number)).spans if query else ():
            start, end = (title if span.in_title else text).moved(span.start, span.end)
            spans.append((start, end, span.leaf, span.in_title))
        yield TrialLine(
            trial.post_key, trial.source, trial.published_at,
            "" if shut else title.text, "" if shut else text.text,
            () if shut else tuple(spans), trial.status, shut,
        )  # fmt: skip


def why(
    house: House, session: Session, scope: Scope, query: CompiledQuery, post_key: str
) -> dict[str, Any]:
    """Why a post of the corpus matches, or not; raises `NotFound`."""
    corpus = corpus_of(house, session, scope)
    for number, trial in enumerate(corpus.posts):
        if trial.post_key == post_key:
            return explain(query, corpus.archive.document(number)).as_json()
    raise NotFound("Dit bericht staat niet in dit dossier of zijn buffer.", post_key=post_key)


def template_notice(version: QueryVersion | None) -> dict[str, Any] | None:
    """What changed in the shipped template since a version was made from it; None when nothing."""
    if version is None or version.template is None:
        return None
    slug, _, made_with = version.template.partition("@")
    newer = templates.newer(slug, int(made_with or 1))
    if newer is None:
        return None
    return {
        "template": slug,
        "version": newer.version,
        "changes": [{"version": one.version, "note": one.note} for one in newer.changes],
    }
