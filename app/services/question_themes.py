"""The editable list of themes: the guide's, the dossier's own, and words that ask for a new one (R13)."""

from __future__ import annotations

from analysis import scheme
from analysis.questions import OTHER, Question, Suggestion, suggestions
from app.errors import Conflict, NotFound
from app.services.access import Scope
from app.services.answers import kind_of, save_theme, slug_of
from app.storage import Session
from app.storage import questions as rows
from app.storage import talk as talk_rows
from app.storage.questions import Asked

#: A fresh question is held against so many of the newest that stand already.
COMPARED = 5000
NAME = 16
LONGEST_SLUG = 40


def question_of(one: Asked) -> Question:
    """A stored question as the pure middle reads it: a title is that of a whole thread, so it speaks
    only for a post without words of its own.
    """
    words = one.text.strip() or one.title
    return Question(name_of(one.post_key), words, one.theme or OTHER, one.cluster)


def name_of(post_key: str) -> str:
    return post_key[:NAME]


def themes(session: Session, dossier_id: int) -> dict[str, str]:
    """Every theme a cluster may be given: those of the guide and the dossier's own, with titles."""
    own = {row.slug: row.title for row in talk_rows.themes(session, dossier_id)}
    return {**scheme.THEMES, **own}


def suggested(session: Session, dossier_id: int) -> tuple[Suggestion, ...]:
    """Words that return among the newest questions without a theme."""
    return suggestions([question_of(one) for one in rows.placed(session, dossier_id, COMPARED)])


def adopt(session: Session, scope: Scope, word: str, title: str) -> int:
    """Make a theme of a suggested word; the clusters that hold it and have no theme come under it.

    Returns how many questions that are. Raises `NotFound`, `InvalidInput`, and `Conflict` when the
    theme is there already.
    """
    dossier = scope.dossier
    found = {one.word: one for one in suggested(session, dossier.id)}
    if word not in found:
        raise NotFound("Dit woord komt niet (meer) terug in vragen zonder onderwerp.", word=word)
    slug = slug_of(title)[:LONGEST_SLUG].strip("-")
    if slug in themes(session, dossier.id):
        raise Conflict("Dit onderwerp is er al; zet de vragen er zelf onder.", theme=slug)
    save_theme(session, dossier, slug, title=title, kind=kind_of(slug))
    holding = set(found[word].names)
    names = {
        one.cluster
        for one in rows.placed(session, dossier.id, COMPARED)
        if name_of(one.post_key) in holding
    }
    for row in rows.clusters(session, dossier.id).values():
        if row.name in names and row.theme is None:
            row.theme = slug
            row.version += 1
    session.flush()
    rows.show_theme(session, dossier.id)
    return sum(one.theme == slug for one in rows.placed(session, dossier.id, COMPARED))
