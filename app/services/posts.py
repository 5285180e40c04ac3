"""Posts as a person or a machine reads them: filtered, masked, with the reason for every label.

What a filter can narrow in the database is narrowed there; text, sub-label and threat candidates are
decided in Python, so that they mean the same on both databases (house.md §4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from analysis.masking import mask
from analysis.records import ReportPost
from analysis.recount import is_threat_candidate
from app.clock import local_date
from app.errors import InvalidInput, NotFound
from app.services.access import Permission, Scope
from app.services.behind import places_behind
from app.services.corpus import pseudonyms_of
from app.services.cursors import place_of, read_cursor, write_cursor
from app.services.export import allowed_mentions
from app.services.frozen import row_of
from app.services.house import House
from app.services.labels import effective
from app.storage import Session, browse_posts, inbox
from app.storage import desk as desk_rows
from app.storage import dossiers as dossier_rows
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage import users as user_rows
from app.storage.inbox import Found, HitFilter, Place
from query import CompiledQuery, Document, QueryError, compile_query

PAGE, MOST = 50, 200
#: Rows read at once, and at most for one answer when a filter is decided in Python.
BATCH, MOST_READ = 400, 6_000
#: So long a card counts as open with the colleague who looked at it last.
OPEN_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PostFilter:
    """What a reader asks for; empty values ask for everything. Dates are local, both included.

    `text` is a query of our own language, held against the masked text; `owner` 0 is nobody.
    `edition` and `behind` name a number of a report (`analysis.behind`) and go without other filters.
    """

    label: str | None = None
    sub_label: str | None = None
    source: str | None = None
    group: str | None = None
    without_own: bool = False
    account_list: str | None = None
    locality: str | None = None
    status: str | None = None
    work_state: str | None = None
    owner: int | None = None
    urgency: str | None = None
    sentiment: str | None = None
    theme: str | None = None
    question: bool = False
    text: str | None = None
    first: date | None = None
    last: date | None = None
    threat_candidate: bool = False
    edition: str = ""
    behind: str = ""
    given_to: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) in code points of the shown text or title, and what stands there."""

    start: int
    end: int
    why: str
    text: str = ""
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class ShownPost:
    """One hit for a reader: `row` is what a report counts; texts are masked, spans fit them.

    `hidden` means that this reader may not read the text: a threat candidate is for those who
    judge it (R19).
    """

    row: ReportPost
    source_title: str
    origins: tuple[str, ...]
    title: str
    text: str
    lang: str | None
    date_rule: str
    spans: tuple[Span, ...]
    reasons: tuple[Span, ...]
    primary: str | None
    probabilities: dict[str, float]
    irony: bool
    doubt: bool
    locality_reason: str
    labelled_by: str | None
    work_state: str
    owner: str | None
    owner_id: int | None
    priority: int
    answered_at: datetime | None
    answered_with: str | None
    answered_in: timedelta | None
    open_with: tuple[str, ...]
    version: int
    threat_candidate: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class PostPage:
    """Posts newest first; `cursor` "" on the last page; `total` None when it was not counted."""

    posts: tuple[ShownPost, ...]
    cursor: str
    total: int | None


def read_page(
    house: House,
    session: Session,
    scope: Scope,
    wanted: PostFilter,
    cursor: str,
    limit: int,
    *,
    by_urgency: bool = False,
) -> PostPage:
    """One page under the filters. Raises `InvalidInput` on a filter or cursor that cannot be."""
    after = read_cursor(cursor)
    if wanted.edition or wanted.behind:
        return _page_behind(house, session, scope, wanted, after, limit)
    narrowed = narrow(house, session, scope, wanted)
    search = _search(wanted.text)
    if search is not None:
        return _searched(house, session, scope, narrowed, search, after, limit, by_urgency)
    rows = inbox.hits_page(session, narrowed, after, limit + 1, by_urgency=by_urgency)
    more = write_cursor(place_of(rows[limit - 1][0])) if len(rows) > limit else ""
    shown = tuple(show(house, session, scope, rows[:limit]))
    return PostPage(shown, more, inbox.count_page(session, narrowed))


def _searched(
    house: House,
    session: Session,
    scope: Scope,
    narrowed: HitFilter,
    search: CompiledQuery,
    after: Place | None,
    limit: int,
    by_urgency: bool,
) -> PostPage:
    """A page under a search: the words of many hits are read, and only what matches is shown.

    A text that the reader may not read is searched as an empty one: what does not come up would
    tell as much as what does.
    """
    allowed = allowed_mentions(session, scope.dossier.id, local_date(house.clock.now()))
    judges = scope.may(Permission.THREATS)
    found: list[inbox.Words] = []
    read, done = 0, False
    while not done and len(found) <= limit and read < MOST_READ:
        words = inbox.words_page(session, narrowed, after, BATCH, by_urgency=by_urgency)
        for one in words:
            hidden = one.candidate and not judges
            text = "" if hidden else mask(one.text, allowed).text
            title = "" if hidden else mask(one.title, allowed).text
            if search.match(Document(text, title)).matched:
                found.append(one)
        read += len(words)
        done = len(words) < BATCH
        after = words[-1].place if words else after
    if len(found) > limit:
        after, done = found[limit - 1].place, False
    rows = inbox.loaded(session, [one.hit_id for one in found[:limit]])
    more = write_cursor(after) if after is not None and not done else ""
    return PostPage(tuple(show(house, session, scope, rows)), more, None)


def every(house: House, session: Session, scope: Scope, wanted: PostFilter) -> Iterator[ShownPost]:
    """All posts under the filters, newest first, read in batches: for exports."""
    if wanted.edition or wanted.behind:
        for batch in post_rows.chunks(_behind(house, session, scope, wanted), BATCH):
            yield from _shown(house, session, scope, batch)
        return
    narrowed = narrow(house, session, scope, wanted)
    search = _search(wanted.text)
    after = None
    while rows := inbox.hits_page(session, narrowed, after, BATCH):
        for post in show(house, session, scope, rows):
            if search is None or search.match(Document(post.text, post.title)).matched:
                yield post
        after = place_of(rows[-1][0])


def _page_behind(
    house: House,
    session: Session,
    scope: Scope,
    wanted: PostFilter,
    after: Place | None,
    limit: int,
) -> PostPage:
    """A page of the posts that a number of a report counts; those erased since are left out."""
    places = _behind(house, session, scope, wanted)
    begin = 0 if after is None else sum(place >= after[1:] for place in places)
    part = places[begin : begin + limit]
    more = write_cursor((inbox.rank_of("l"), *part[-1])) if begin + limit < len(places) else ""
    return PostPage(tuple(_shown(house, session, scope, part)), more, len(places))


def _behind(
    house: House, session: Session, scope: Scope, wanted: PostFilter
) -> list[tuple[datetime, str]]:
    """The posts behind a number; raises `InvalidInput`, also beside another filter."""
    if replace(wanted, edition="", behind="") != PostFilter():
        raise InvalidInput(
            "Een cijfer uit een verslag gaat niet samen met filters.", field="behind"
        )
    return places_behind(house, session, scope.dossier.id, wanted.edition, wanted.behind)


def _shown(
    house: House, session: Session, scope: Scope, places: Sequence[tuple[datetime, str]]
) -> Iterator[ShownPost]:
    """These posts in this order, as far as they are still there."""
    yield from read_keys(house, session, scope, [key for _, key in places])


def read_keys(house: House, session: Session, scope: Scope, keys: Sequence[str]) -> list[ShownPost]:
    """The posts of these keys in this order, as far as the dossier has them."""
    found = {one[0].post_key: one for one in inbox.hits_by_key(session, scope.dossier.id, keys)}
    return list(show(house, session, scope, [found[key] for key in keys if key in found]))


def _search(text: str | None) -> CompiledQuery | None:
    """The text filter as a query; raises `InvalidInput` with what is wrong and where."""
    if not text or not text.strip():
        return None
    try:
        return compile_query(text.strip())
    except QueryError as error:
        problem = error.problems[0]
        raise InvalidInput(
            f"De tekst om te zoeken klopt niet op positie {problem.offset}: {problem.message} "
            f"{problem.hint or ''}".strip(),
            field="text",
        ) from error


def read_post(house: House, session: Session, scope: Scope, post_key: str) -> ShownPost:
    """One hit of this dossier; raises `NotFound`, also for a hit of another dossier."""
    rows = inbox.hits_page(session, HitFilter(scope.dossier.id, post_key=post_key or "-"), None, 1)
    if not rows:
        raise NotFound("Dit bericht staat niet in dit dossier.", post_key=post_key)
    return next(iter(show(house, session, scope, rows)))


def show(
    house: House, session: Session, scope: Scope, rows: Sequence[Found]
) -> Iterator[ShownPost]:
    """Hits with their effective labels, masked."""
    ids = [hit.id for hit, _, _ in rows]
    run = label_rows.active_run(session, scope.dossier.id)
    said = label_rows.predictions(session, run.id, ids) if run else {}
    people = label_rows.newest_annotations(session, ids)
    origins = post_rows.origins(session, (post.id for _, post, _ in rows))
    allowed = allowed_mentions(session, scope.dossier.id, local_date(house.clock.now()))
    lately = house.clock.now() - OPEN_FOR
    beside = desk_rows.open_with(session, ids, lately)
    given = desk_rows.answered_with(session, ids)
    names: dict[int | None, str | None] = {}
    for hit, post, source in rows:
        prediction, annotation = said.get(hit.id), people.get(hit.id)
        output = effective(prediction.output if prediction else {"status": hit.status}, annotation)
        row = row_of(hit, post, source.slug, prediction, annotation, late=False)
        if hit.theme:  # a person may have said what its cluster of questions is about
            row = replace(row, theme=hit.theme)
        candidate = is_threat_candidate(row)
        hidden = not scope.may(Permission.POSTS) or (
            candidate and not scope.may(Permission.THREATS)
        )
        text, title = mask(post.text, allowed), mask(post.title, allowed)
        spans = []
        for span in hit.spans:
            start, end = (title if span["in_title"] else text).moved(span["start"], span["end"])
            spans.append(Span(start, end, span["leaf"], in_title=span["in_title"]))
        reasons = []
        for evidence in output.get("explanation", ()):
            start, end = text.moved(evidence["start"], evidence["end"])
            words = mask(evidence["text"], allowed).text
            reasons.append(Span(start, end, evidence["supports"], words))
        yield ShownPost(
            row=row,
            source_title=source.title,
            origins=tuple(origins.get(post.id, [source.slug])),
            title="" if hidden else title.text,
            text="" if hidden else text.text,
            lang=post.lang,
            date_rule=post.date_rule,
            spans=() if hidden else tuple(spans),
            reasons=() if hidden else tuple(reasons),
            primary=output.get("primary"),
            probabilities=dict(output.get("probabilities", {})),
            irony=bool(output.get("irony", False)),
            doubt=bool(output.get("doubt", False)),
            locality_reason=hit.locality_reason,
            labelled_by=_name(session, names, annotation.user_id) if annotation else None,
            work_state=hit.work_state,
            owner=_name(session, names, hit.owner_id),
            owner_id=hit.owner_id,
            priority=hit.priority,
            answered_at=hit.answered_at,
            answered_in=hit.answered_at - hit.published_at if hit.answered_at else None,
            answered_with=given[hit.id][1] if hit.id in given else None,
            open_with=tuple(
                name
                for user_id, name in beside.get(hit.id, ())
                if user_id != scope.principal.user_id
            ),
            version=hit.version,
            threat_candidate=candidate,
            hidden=hidden,
        )


def _name(session: Session, names: dict[int | None, str | None], user_id: int | None) -> str | None:
    if user_id not in names:
        names[user_id] = user_rows.name_of(session, user_id)
    return names[user_id]


def open_address(house: House, session: Session, scope: Scope, post_key: str) -> str | None:
    """The post's address at its source, decrypted; the caller writes the audit line (P4)."""
    rows = inbox.hits_page(session, HitFilter(scope.dossier.id, post_key=post_key or "-"), None, 1)
    if not rows:
        raise NotFound("Dit bericht staat niet in dit dossier.", post_key=post_key)
    address = browse_posts.address_of(session, rows[0][1].id)
    if address is None or address.url is None:
        return None
    return house.vault.decrypt(address.url)


def narrow(house: House, session: Session, scope: Scope, wanted: PostFilter) -> HitFilter:
    """The part of a filter that the database decides; raises `InvalidInput`."""
    if wanted.edition or wanted.behind:
        raise InvalidInput("Achter een cijfer uit een verslag staan geen filters.", field="behind")
    if wanted.first and wanted.last and wanted.last < wanted.first:
        raise InvalidInput("De einddatum ligt voor de begindatum.", field="to")
    same = {field.name for field in fields(HitFilter)} & {
        field.name for field in fields(PostFilter)
    }
    base = HitFilter(scope.dossier.id, **{name: getattr(wanted, name) for name in same})
    if not wanted.account_list:
        return base
    row = dossier_rows.account_list(session, scope.dossier.id, wanted.account_list)
    if row is None:
        raise InvalidInput(f"Er is geen accountlijst {wanted.account_list!r}.", field="accountList")
    expired = row.expires < local_date(house.clock.now())
    members = [] if expired else dossier_rows.members(session, row.id)
    authors = pseudonyms_of(
        house, session, scope, [(m.platform, m.handle) for m in members if m.handle]
    )
    return replace(
        base,
        authors=authors,
        source_ids=frozenset(m.source_id for m in members if m.source_id is not None),
    )
