"""Questions and answers per theme, and the register of rumours (R7, R9, R14).

Facts and choices stand apart: a fact is webcare's, a choice an administrator's. What is not known yet
is said so, with the day on which it is looked at again. Only an approved answer is ever public; an
answer that is changed afterwards is a new draft beside the approved one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from analysis import scheme
from app.clock import local_date
from app.errors import Conflict, InvalidInput, NotFound
from app.services.house import House
from app.services.shares import refuse_shares
from app.storage import Session, questions
from app.storage import desk as desk_rows
from app.storage import talk as rows
from app.storage.models import Answer, Dossier, QuestionTheme, Rumour

KINDS = {"feitelijk": "Feitelijke vragen", "bestuurlijk": "Bestuurlijke en politieke vragen"}
ANSWERED_BY = {"feitelijk": "webcare", "bestuurlijk": "bestuurder"}
KNOWN, UNKNOWN = "beantwoord", "nog niet bekend"
STATES = (KNOWN, UNKNOWN)
RUMOUR_STATES = ("onbevestigd", "wordt nagezocht", "onjuist", "juist")


@dataclass(frozen=True, slots=True)
class Line:
    """One theme as the page shows it; `row` is None for a theme that nobody wrote about yet."""

    slug: str
    title: str
    kind: str
    asked: int
    row: QuestionTheme | None
    answer: Answer | None
    approved: Answer | None
    overdue: bool
    hours_to_answer: int | None
    used: int


def kind_of(slug: str) -> str:
    """Who can answer a theme: a fact or a choice (handreiking 6.1)."""
    return "bestuurlijk" if slug in scheme.POLITICAL_THEMES else "feitelijk"


def lines(house: House, session: Session, dossier: Dossier) -> list[Line]:
    """Every theme that was asked about or written about, most asked first."""
    today = local_date(house.clock.now())
    asked = questions.per_theme(session, dossier.id)
    there = {row.slug: row for row in rows.themes(session, dossier.id)}
    newest = rows.answers(session, dossier.id)
    used = desk_rows.uses_of_answers(session, dossier.id)
    approved = {theme.slug: answer for theme, answer in rows.approved_answers(session, dossier.id)}
    found = []
    for slug in {*asked, *there}:
        row = there.get(slug)
        count, first = asked.get(slug, (0, None))
        answer = newest.get(row.id) if row else None
        public = approved.get(slug)
        found.append(
            Line(
                slug=slug,
                title=row.title if row else scheme.THEMES.get(slug, slug),
                kind=row.kind if row else kind_of(slug),
                asked=count,
                row=row,
                answer=answer,
                approved=public,
                overdue=answer is not None
                and answer.review_on is not None
                and answer.review_on <= today,
                hours_to_answer=_hours(first, public),
                used=used.get(row.id, 0) if row else 0,
            )
        )
    return sorted(found, key=lambda line: (-line.asked, line.title))


def _hours(first: datetime | None, answer: Answer | None) -> int | None:
    if first is None or answer is None or answer.approved_at is None:
        return None
    return max(0, round((answer.approved_at - first).total_seconds() / 3600))


def slug_of(title: str) -> str:
    """A short name for a new theme."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "vraag"


def save_theme(
    session: Session,
    dossier: Dossier,
    slug: str,
    *,
    title: str,
    kind: str,
    answered_by: str = "",
    paraphrase: str = "",
    version: int = 0,
) -> QuestionTheme:
    """Make or change a theme; the paraphrase is a person's own words, never a resident's (P11)."""
    if kind not in KINDS:
        raise InvalidInput("Kies feitelijk of bestuurlijk.", field="kind")
    if not title.strip():
        raise InvalidInput("Geef het onderwerp een naam.", field="title")
    row = rows.theme(session, dossier.id, slug)
    if row is None:
        row = QuestionTheme(dossier_id=dossier.id, slug=slug, version=0)
        session.add(row)
    if row.version != version:
        raise Conflict(
            "Dit onderwerp is intussen gewijzigd. Laad de pagina opnieuw.", version=row.version
        )
    row.title, row.kind = title.strip()[:200], kind
    row.answered_by = answered_by.strip()[:120] or ANSWERED_BY[kind]
    row.paraphrase = paraphrase.strip()
    row.version += 1
    session.flush()
    return row


def write(
    house: House,
    session: Session,
    theme: QuestionTheme,
    text: str,
    state: str,
    review_on: date | None,
) -> Answer:
    """Write the answer of a theme as a draft. Raises `InvalidInput`.

    "nog niet bekend" needs the day on which it is looked at again (R7).
    """
    if state not in STATES:
        raise InvalidInput("Kies beantwoord of nog niet bekend.", field="state")
    if state == UNKNOWN and review_on is None:
        raise InvalidInput("Zeg wanneer u hier opnieuw naar kijkt.", field="reviewOn")
    if review_on is not None and review_on < local_date(house.clock.now()):
        raise InvalidInput("De dag om opnieuw te kijken is al geweest.", field="reviewOn")
    if not text.strip():
        raise InvalidInput("Schrijf een antwoord, ook als dat ‘nog niet bekend’ is.", field="text")
    refuse_shares(text, "text")
    row = rows.answer_of(session, theme.id)
    if row is None or row.approved_at is not None:
        row = Answer(theme_id=theme.id, version=0)
        session.add(row)
    row.text, row.state, row.review_on = text.strip(), state, review_on
    row.version += 1
    session.flush()
    return row


def approve(
    house: House, session: Session, theme: QuestionTheme, user_id: int, version: int
) -> Answer:
    """Make an answer public on a person's name. Raises `NotFound` and `Conflict`."""
    row = rows.answer_of(session, theme.id)
    if row is None:
        raise NotFound("Dit onderwerp heeft nog geen antwoord.")
    if row.version != version:
        raise Conflict("Dit antwoord is intussen gewijzigd. Lees het opnieuw.", version=row.version)
    if row.approved_at is not None:
        raise Conflict("Dit antwoord is al goedgekeurd.")
    row.approved_by, row.approved_at = user_id, house.clock.now()
    row.version += 1
    return row


def theme_of(session: Session, dossier: Dossier, slug: str) -> QuestionTheme:
    """A theme that somebody wrote about; raises `NotFound`."""
    row = rows.theme(session, dossier.id, slug)
    if row is None:
        raise NotFound("Dit onderwerp staat niet in dit dossier.")
    return row


def save_rumour(
    house: House,
    session: Session,
    dossier: Dossier,
    rumour_id: int | None,
    *,
    claim: str,
    status: str,
    answer: str = "",
    version: int = 0,
) -> Rumour:
    """Note or change a rumour; it is *unverified* until a person says otherwise (D8)."""
    if status not in RUMOUR_STATES:
        raise InvalidInput(f"Kies uit {', '.join(RUMOUR_STATES)}.", field="status")
    if not claim.strip():
        raise InvalidInput("Schrijf de bewering op, in eigen woorden.", field="claim")
    if rumour_id is None:
        row = Rumour(dossier_id=dossier.id, first_seen=house.clock.now(), version=0)
        session.add(row)
    else:
        found = rows.rumour(session, dossier.id, rumour_id)
        if found is None:
            raise NotFound("Dit gerucht staat niet in dit dossier.")
        row = found
        if row.version != version:
            raise Conflict(
                "Dit gerucht is intussen gewijzigd. Laad de pagina opnieuw.", version=row.version
            )
    row.claim, row.status, row.answer = claim.strip(), status, answer.strip()
    row.version += 1
    session.flush()
    return row
