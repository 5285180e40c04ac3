"""Posts as a person or a machine reads them: filtered, masked, with the reason for every label.

What a filter can narrow in the database is narrowed there; text, sub-label and threat candidates are
decided in Python, so that they mean the same on both databases (house.md §4).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from analysis.masking import mask
from analysis.records import ReportPost
from analysis.recount import is_threat_candidate
from app.clock import local_date
from app.errors import InvalidInput, NotFound
from app.services.access import Permission, Scope
from app.services.corpus import pseudonyms_of
from app.services.export import allowed_mentions
from app.services.frozen import row_of
from app.services.house import House
from app.services.labels import effective
from app.storage import Session, browse_posts
from app.storage import dossiers as dossier_rows
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage import sources as source_rows
from app.storage import users as user_rows
from app.storage.browse_posts import Found, HitFilter
from query.text import fold

PAGE, MOST = 50, 200
#: Rows read at once, and at most for one answer when a filter is decided in Python.
BATCH, MOST_READ = 400, 8_000


@dataclass(frozen=True, slots=True)
class PostFilter:
    """What a reader asks for; empty values ask for everything. Dates are local, both included."""

    label: str | None = None
    sub_label: str | None = None
    source: str | None = None
    group: str | None = None
    account_list: str | None = None
    locality: str | None = None
    status: str | None = None
    text: str | None = None
    first: date | None = None
    last: date | None = None
    threat_candidate: bool = False

    @property
    def in_python(self) -> bool:
        return bool(self.sub_label or self.text or self.threat_candidate)


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
    house: House, session: Session, scope: Scope, wanted: PostFilter, cursor: str, limit: int
) -> PostPage:
    """One page under the filters. Raises `InvalidInput` on a filter or cursor that cannot be."""
    narrowed = _narrowed(house, session, scope, wanted)
    after = read_cursor(cursor)
    shown: list[ShownPost] = []
    read = 0
    while True:
        size = BATCH if wanted.in_python else limit + 1
        rows = browse_posts.hits_page(session, narrowed, after, size)
        for post in show(house, session, scope, rows):
            if _passes(post, wanted):
                shown.append(post)
        read += len(rows)
        done = len(rows) < size
        if rows:
            after = rows[-1][0].published_at, rows[-1][0].post_key
        if done or len(shown) > limit or read >= MOST_READ:
            break
    more = "" if done and len(shown) <= limit else _cursor_after(shown, limit, after)
    total = None if wanted.in_python else browse_posts.count_page(session, narrowed)
    return PostPage(tuple(shown[:limit]), more, total)


def read_post(house: House, session: Session, scope: Scope, post_key: str) -> ShownPost:
    """One hit of this dossier; raises `NotFound`, also for a hit of another dossier."""
    rows = browse_posts.hits_page(
        session, HitFilter(scope.dossier.id, post_key=post_key or "-"), None, 1
    )
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
    for hit, post, source in rows:
        prediction, annotation = said.get(hit.id), people.get(hit.id)
        output = effective(prediction.output if prediction else {"status": hit.status}, annotation)
        row = row_of(hit, post, source.slug, prediction, annotation, late=False)
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
            labelled_by=user_rows.name_of(session, annotation.user_id) if annotation else None,
            work_state=hit.work_state,
            version=hit.version,
            threat_candidate=candidate,
            hidden=hidden,
        )


def open_address(house: House, session: Session, scope: Scope, post_key: str) -> str | None:
    """The post's address at its source, decrypted; the caller writes the audit line (P4)."""
    rows = browse_posts.hits_page(
        session, HitFilter(scope.dossier.id, post_key=post_key or "-"), None, 1
    )
    if not rows:
        raise NotFound("Dit bericht staat niet in dit dossier.", post_key=post_key)
    address = browse_posts.address_of(session, rows[0][1].id)
    if address is None or address.url is None:
        return None
    return house.vault.decrypt(address.url)


def choices(
    session: Session, scope: Scope
) -> tuple[list[tuple[str, str, int]], list[tuple[str, int]], list[str]]:
    """(sources with title and count, groups with count, names of account lists) of a dossier."""
    counts = browse_posts.source_counts(session, scope.dossier.id)
    sources = [
        (row.slug, row.title, counts.get(row.slug, 0))
        for row in source_rows.of_dossier(session, scope.dossier.id)
    ]
    groups = sorted(browse_posts.group_counts(session, scope.dossier.id).items())
    lists = [row.name for row in dossier_rows.account_lists(session, scope.dossier.id)]
    return sources, groups, lists


def _narrowed(house: House, session: Session, scope: Scope, wanted: PostFilter) -> HitFilter:
    if wanted.first and wanted.last and wanted.last < wanted.first:
        raise InvalidInput("De einddatum ligt voor de begindatum.", field="to")
    base = HitFilter(
        scope.dossier.id,
        label=wanted.label,
        status=wanted.status,
        group=wanted.group,
        locality=wanted.locality,
        source=wanted.source,
        first=wanted.first,
        last=wanted.last,
    )
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


def _passes(post: ShownPost, wanted: PostFilter) -> bool:
    if wanted.sub_label and wanted.sub_label not in post.row.sub_labels:
        return False
    if wanted.threat_candidate and not post.threat_candidate:
        return False
    if wanted.text:
        return fold(wanted.text) in fold(f"{post.title}\n{post.text}")
    return True


def _cursor_after(
    shown: Sequence[ShownPost], limit: int, read_to: tuple[datetime, str] | None
) -> str:
    """After the last post shown, or after the last one read when a filter let few pass."""
    if len(shown) > limit:
        last = shown[limit - 1].row
        return write_cursor(last.published_at, last.post_key)
    return write_cursor(*read_to) if read_to is not None else ""


def write_cursor(at: datetime, key: str) -> str:
    """An opaque place in a list that is sorted by (instant, key)."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{key}".encode()).decode("ascii").rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, str] | None:
    """The place back; raises `InvalidInput` for one we never gave out."""
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, _, key = base64.urlsafe_b64decode(padded.encode("ascii")).decode("ascii").partition("|")
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None or not key:
            raise ValueError
    except (ValueError, UnicodeError) as error:
        raise InvalidInput("Deze cursor is onbekend; begin vooraan.", field="cursor") from error
    return instant, key
