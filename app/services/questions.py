"""Which questions are one question: the computer proposes, people merge, split and put into words.

A question is placed once, with the question it is most like, and stays until a person moves it; so a
wording that somebody wrote serves the same question tomorrow. What people say of two questions is
kept as an example (R13).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from analysis import asked, scheme
from analysis.questions import OTHER, place, theme_of
from analysis.questions import asked as asking
from analysis.recount import counted
from app.errors import AppError, Conflict, InvalidInput, NotFound
from app.services import question_themes
from app.services.access import Scope
from app.services.answers import kind_of
from app.services.frozen import row_from_json
from app.services.house import House
from app.services.question_themes import COMPARED, name_of, question_of
from app.services.shares import refuse_shares
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import posts as post_rows
from app.storage import questions as rows
from app.storage import reports as report_rows
from app.storage import talk as talk_rows
from app.storage.models import Hit, QuestionCluster, QuestionPair, QuestionPlace

log = structlog.get_logger("klankbord.questions")
AT_ONCE = 1000
LATELY = timedelta(days=7)
LONGEST = 300
#: So many examples are kept of one split.
MOST_PAIRS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A cluster as lists show it: `n` questions, `lately` of them in the last seven days.

    `theme` is a person's (`by_person`) or that of most of its questions; `answered` is that of the
    theme: "ja", "nog niet bekend" or "nee".
    """

    name: str
    theme: str
    title: str
    kind: str
    by_person: bool
    paraphrase: str
    answered: str
    n: int
    lately: int
    first: datetime
    last: datetime
    version: int


def place_new(house: House, session: Session, dossier_id: int) -> int:
    """Give every question that stands nowhere its cluster; how many were placed."""
    count = 0
    while fresh := rows.unplaced(session, dossier_id, AT_ONCE):
        standing = rows.placed(session, dossier_id, COMPARED)
        found = place([question_of(one) for one in standing], [question_of(one) for one in fresh])
        there = {row.name: row.id for row in rows.clusters(session, dossier_id).values()}
        now = house.clock.now()
        for name in dict.fromkeys(found.values()):
            if name not in there:
                there[name] = _new_cluster(session, dossier_id, name, now).id
        post_rows.insert_all(
            session, QuestionPlace,
            [
                {"hit_id": one.hit_id, "cluster_id": there[found[name_of(one.post_key)]],
                 "placed_by": None, "placed_at": now}
                for one in fresh
            ],
        )  # fmt: skip
        session.flush()
        count += len(fresh)
    rows.show_theme(session, dossier_id)
    return count


def arrange(house: House) -> int:
    """The recurring job: every dossier, each by itself."""
    with house.database.read() as session:
        work = [dossier.id for dossier in dossier_rows.everything(session)]
    count = 0
    for dossier_id in work:
        try:
            with house.database.write() as session:
                count += place_new(house, session, dossier_id)
        except AppError as error:
            log.error("not-arranged", dossier=dossier_id, code=error.code, why=error.message)
    return count


def _new_cluster(session: Session, dossier_id: int, name: str, at: datetime) -> QuestionCluster:
    row = QuestionCluster(dossier_id=dossier_id, name=name, created_at=at)
    session.add(row)
    session.flush()
    return row


def lines(house: House, session: Session, dossier_id: int, theme: str = "") -> list[Line]:
    """Every cluster (of one theme), most asked lately first; one asked once has its own line too."""
    return sorted(
        (
            line
            for line in _lines(house, session, dossier_id)
            if not theme or line.theme == theme
        ),
        key=lambda line: (-line.lately, -line.n, line.name),
    )  # fmt: skip


def _lines(house: House, session: Session, dossier_id: int) -> Iterable[Line]:
    since = house.clock.now() - LATELY
    heard: dict[int, list[rows.Heard]] = {}
    for one in rows.heard(session, dossier_id, since):
        heard.setdefault(one.cluster_id, []).append(one)
    themes = {row.slug: row for row in talk_rows.themes(session, dossier_id)}
    answered = answered_themes(session, dossier_id)
    for row in rows.clusters(session, dossier_id).values():
        parts = heard.get(row.id)
        if not parts:
            continue
        counts = Counter({part.theme or OTHER: part.n for part in parts})
        theme = row.theme or theme_of(list(counts.elements()))
        own = themes.get(theme)
        yield Line(
            name=row.name,
            theme=theme,
            title=own.title if own else scheme.THEMES.get(theme, theme),
            kind=own.kind if own else kind_of(theme),
            by_person=row.theme is not None,
            paraphrase=row.paraphrase,
            answered=answered.get(theme, "nee"),
            n=counts.total(),
            lately=sum(part.lately for part in parts),
            first=min(part.first for part in parts),
            last=max(part.last for part in parts),
            version=row.version,
        )


def answered_themes(session: Session, dossier_id: int) -> dict[str, str]:
    """ "ja" or "nog niet bekend" by theme, of what was approved."""
    return {
        theme.slug: "nog niet bekend" if answer.state == "nog niet bekend" else "ja"
        for theme, answer in talk_rows.approved_answers(session, dossier_id)
    }  # fmt: skip


def line(house: House, session: Session, scope: Scope, name: str) -> Line:
    """One cluster; raises `NotFound`, also when none of its posts is a question any more."""
    for one in _lines(house, session, scope.dossier.id):
        if one.name == name:
            return one
    raise NotFound("Deze groep vragen is er niet (meer); misschien is zij samengevoegd.", name=name)


def keys_in(session: Session, scope: Scope, name: str, limit: int) -> list[str]:
    """The keys of the posts of a cluster, newest first. Raises `NotFound`."""
    row = _cluster(session, scope, name)
    found = rows.placed(session, scope.dossier.id, limit, row.id)
    return [one.post_key for one in reversed(found)]


def examples(session: Session, dossier_id: int) -> list[tuple[str, str, bool, datetime]]:
    """(post key, other key, whether they ask the same, when that was said), oldest first."""
    return rows.pairs(session, dossier_id)


def wording(session: Session, dossier_id: int) -> dict[str, str]:
    """How people put the clusters, by name."""
    found = rows.clusters(session, dossier_id).values()
    return {row.name: row.paraphrase for row in found if row.paraphrase}


def describe(
    session: Session, scope: Scope, name: str, *, paraphrase: str, theme: str, version: int
) -> None:
    """Put a cluster into one's own words, and under a theme ("" leaves the theme as it is).

    Raises `NotFound`, `Conflict` and `InvalidInput`. Drafts that wait show the new words.
    """
    row = _cluster(session, scope, name, version)
    words = " ".join(paraphrase.split())
    if len(words) > LONGEST:
        raise InvalidInput(
            f"Houd het bij {LONGEST} tekens; dit zijn er {len(words)}.", field="paraphrase"
        )
    refuse_shares(words, "paraphrase")
    _refuse_quotes(session, scope, row, words)
    if theme and theme not in question_themes.themes(session, scope.dossier.id):
        raise InvalidInput(
            "Dit onderwerp is er niet. Voeg het eerst toe bij Vragen en antwoorden.", field="theme"
        )
    row.paraphrase, row.theme = words, theme or row.theme
    _changed(session, scope, row)


def _refuse_quotes(session: Session, scope: Scope, row: QuestionCluster, words: str) -> None:
    """The report quotes nobody (P11): the very words of a post are no wording of ours."""
    plain = _bare(words)
    for one in rows.placed(session, scope.dossier.id, COMPARED, row.id):
        if plain and plain in (_bare(one.text), _bare(asking(one.text))):
            raise InvalidInput(
                "Dit schreef een inwoner letterlijk zo. Zeg de vraag in eigen woorden.",
                field="paraphrase",
            )


def _bare(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def merge(
    house: House, session: Session, scope: Scope, name: str, other: str, version: int
) -> None:
    """Let the questions of `other` stand in `name`, which keeps its words and theme, or takes those
    of the other when it has none. Raises `NotFound`, `Conflict`, `InvalidInput`.
    """
    row, gone = _cluster(session, scope, name, version), _cluster(session, scope, other)
    if row.id == gone.id:
        raise InvalidInput("Kies twee verschillende groepen om samen te voegen.", field="other")
    mine, theirs = rows.hits_in(session, row.id), rows.hits_in(session, gone.id)
    _keep_pairs(house, session, scope, mine[:1], theirs[:1], same=True)
    rows.move(session, theirs, row.id, _by(scope), house.clock.now())
    row.paraphrase = row.paraphrase or gone.paraphrase
    row.theme = row.theme or gone.theme
    session.flush()
    rows.drop_if_empty(session, gone.id)
    _changed(session, scope, row)


def split(
    house: House, session: Session, scope: Scope, name: str, post_keys: Sequence[str], version: int
) -> str:
    """Take these posts out of a cluster into one of their own; returns its name.

    Raises `NotFound`, `Conflict`, and `InvalidInput` when nothing or everything is chosen.
    """
    row = _cluster(session, scope, name, version)
    wanted = set(post_keys)
    inside = [session.get_one(Hit, hit_id) for hit_id in rows.hits_in(session, row.id)]
    out = [hit for hit in inside if hit.post_key in wanted]
    left = [hit for hit in inside if hit.post_key not in wanted]
    if len(out) < len(wanted):
        raise InvalidInput(
            "Een van deze berichten staat niet (meer) in deze groep. Laad de pagina opnieuw.",
            field="postKeys",
        )
    if not out or not left:
        raise InvalidInput(
            "Kies welke vragen iets anders vragen, en laat er minstens één staan.", field="postKeys"
        )
    now = house.clock.now()
    fresh = _new_cluster(session, scope.dossier.id, _free_name(session, scope, out), now)
    fresh.theme = row.theme
    ids = [hit.id for hit in out]
    _keep_pairs(house, session, scope, [left[0].id], ids[:MOST_PAIRS], same=False)
    rows.move(session, ids, fresh.id, _by(scope), now)
    _changed(session, scope, row)
    return fresh.name


def _free_name(session: Session, scope: Scope, hits: Sequence[Hit]) -> str:
    """The name of one of these posts that no cluster of the dossier has yet."""
    taken = {row.name for row in rows.clusters(session, scope.dossier.id).values()}
    return next(
        name
        for start in range(0, 49, 16)
        for hit in hits
        if (name := name_of(hit.post_key[start:])) not in taken
    )


def _keep_pairs(
    house: House,
    session: Session,
    scope: Scope,
    some: Sequence[int],
    others: Sequence[int],
    *,
    same: bool,
) -> None:
    now = house.clock.now()
    session.add_all(
        QuestionPair(hit_id=one, other_id=other, same=same, said_by=_by(scope), said_at=now)
        for one in some
        for other in others
    )


def _by(scope: Scope) -> int | None:
    return scope.principal.user_id or None


def _cluster(
    session: Session, scope: Scope, name: str, version: int | None = None
) -> QuestionCluster:
    row = rows.cluster(session, scope.dossier.id, name)
    if row is None:
        raise NotFound(
            "Deze groep vragen is er niet (meer); misschien is zij samengevoegd.", name=name
        )
    if version is not None and row.version != version:
        raise Conflict(
            "Deze groep is intussen gewijzigd. Laad de pagina opnieuw.", version=row.version
        )
    return row


def _changed(session: Session, scope: Scope, row: QuestionCluster) -> None:
    """Filters see the theme at once, and drafts that wait the words; approved editions do not."""
    row.version += 1
    session.flush()
    rows.show_theme(session, scope.dossier.id)
    dossier_id = scope.dossier.id
    titles = {theme.slug: theme.title for theme in talk_rows.themes(session, dossier_id)}
    answered, said = answered_themes(session, dossier_id), wording(session, dossier_id)
    for report in report_rows.drafts(session, dossier_id):
        frozen = [row_from_json(row) for row in report_rows.frozen_rows(session, report.id)]
        found = asked.clusters(counted(frozen), answered, said, titles)
        document = asked.with_clusters(report.document, found)
        if document != report.document:
            report.document = document
            report.version += 1
