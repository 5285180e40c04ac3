"""Feeds that machines read without signing in: reports behind a secret address, answers for all.

The secret of a report feed stands in its address, is stored hashed, shown once and can be withdrawn.
Only approved editions and approved answers are ever in a feed.
"""

from __future__ import annotations

import secrets

from analysis.dutch import long_date, number
from app.errors import NotFound
from app.services.house import House
from app.storage import Session, feeds
from app.storage import dossiers as dossier_rows
from app.storage import talk as talk_rows
from app.storage.models import Answer, Dossier, FeedToken, QuestionTheme
from dashboards import atom, paths

MOST_ENTRIES = 60


def make_token(
    house: House, session: Session, dossier: Dossier, user_id: int, note: str
) -> tuple[FeedToken, str]:
    """(row, secret); the secret is never shown again."""
    secret = secrets.token_urlsafe(32)
    row = FeedToken(
        dossier_id=dossier.id, token_hash=house.vault.token_hash(f"feed:{secret}"),
        note=note.strip()[:200], made_by=user_id, created_at=house.clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row, secret


def withdraw(house: House, session: Session, dossier: Dossier, token_id: int) -> None:
    """End a feed's address; raises `NotFound`."""
    row = feeds.token(session, dossier.id, token_id)
    if row is None:
        raise NotFound("Deze feed staat niet in dit dossier.")
    row.revoked_at = row.revoked_at or house.clock.now()


def report_feed(house: House, session: Session, secret: str) -> str:
    """The Atom feed behind a secret; raises `NotFound` for one that is unknown or withdrawn."""
    row = feeds.by_hash(session, house.vault.token_hash(f"feed:{secret}"))
    if row is None or row.revoked_at is not None:
        raise NotFound("Deze feed bestaat niet (meer).")
    dossier = session.get_one(Dossier, row.dossier_id)
    organisation = dossier_rows.organisation(session, dossier)
    base = house.settings.public_url.rstrip("/")
    name = f"urn:klankbord:{organisation.slug}:{dossier.slug}"
    entries = []
    for report in feeds.approved(session, dossier.id, MOST_ENTRIES):
        lines = report.core or report.document["blocks"]["core"]
        title = f"Omgevingsanalyse van {long_date(report.local_date)}"
        if report.edition > 1:
            title += f", editie {report.edition}"
        entries.append(
            atom.Entry(
                key=f"{name}:{report.local_date.isoformat()}:{report.edition}",
                title=f"{title}: {number(report.document['counts']['posts'])} berichten",
                updated=report.approved_at or report.drafted_at,
                text="\n".join([*lines, str(report.document["blocks"]["caveat"])]),
                link=f"{base}{paths.report(dossier.slug, report.local_date)}" if base else "",
            )
        )
    return atom.feed(name, f"Verslagen: {dossier.title}", organisation.name, entries)


def public_answers(
    session: Session, slug: str
) -> tuple[Dossier, str, list[tuple[QuestionTheme, Answer]]]:
    """(dossier, organisation, approved answers); raises `NotFound` when nothing is public.

    A dossier without an approved answer and a dossier that does not exist answer alike.
    """
    dossier = dossier_rows.by_slug(session, slug)
    found = talk_rows.approved_answers(session, dossier.id) if dossier is not None else []
    if dossier is None or not found:
        raise NotFound("Hier staan geen vragen en antwoorden.")
    return dossier, dossier_rows.organisation(session, dossier).name, found


def answer_feed(house: House, session: Session, slug: str) -> str:
    """Approved answers as Atom; factual and political apart by category."""
    dossier, organisation, found = public_answers(session, slug)
    name = f"urn:klankbord:answers:{dossier.slug}"
    base = house.settings.public_url.rstrip("/")
    link = f"{base}{paths.public_answers(dossier.slug)}" if base else ""
    entries = [
        atom.Entry(
            key=f"{name}:{theme.slug}",
            title=theme.title,
            updated=answer.approved_at or atom.NEVER,
            text=f"Nog niet bekend. {answer.text}"
            if answer.state == "nog niet bekend"
            else answer.text,
            link=f"{link}#{theme.slug}" if link else "",
            category=theme.kind,
        )
        for theme, answer in found
    ]
    return atom.feed(name, f"Vragen en antwoorden: {dossier.title}", organisation, entries)
