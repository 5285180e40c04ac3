"""`klankbord init`: organisation, dossier, query version 1, moments, sources and lists, at once.

Running it again changes nothing; what a longer file adds is added, what is there is left alone.
"""

from __future__ import annotations

from datetime import datetime

from app.errors import Conflict
from app.services.account_lists import add_members, new_list
from app.services.audit import note
from app.services.house import House
from app.services.list_members import Wanted
from app.services.setup_file import InitFile
from app.services.sourcing import add_source_row
from app.services.versions import new_version
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import users as user_rows
from app.storage.models import Dossier, MomentRow, Organisation
from query import compile_query, templates


def set_up(house: House, file: InitFile, *, demo: bool = False) -> list[str]:
    """Make what is not there yet; returns what was made, in Dutch, empty when nothing was."""
    made: list[str] = []
    text, template = _query_text(file)
    now = house.clock.now()
    with house.database.write() as session:
        organisation = _organisation(session, file, now, demo, made)
        dossier, fresh = _dossier(house, session, organisation, file, now, made)
        if fresh:
            dossier_rows.add_terms(session, dossier.id, file.dossier.terms)
            session.flush()
        _moments(session, dossier, file, made)
        _sources(house, session, dossier, file, made)
        _lists(house, session, dossier, file, made)
        if fresh:
            session.flush()
            version = new_version(
                session,
                dossier,
                text=text,
                values=file.dossier.terms,
                template=template,
                note="eerste versie",
                author="init",
                now=now,
            )
            version.activated_at = now
            dossier.query_version_id = version.id
            made.append(f"zoekopdracht versie {version.number}")
        if made:
            note(house, session, organisation.id, actor="cli", action="init",
                 subject=dossier.slug, dossier=dossier.slug, facts={"made": made})  # fmt: skip
        if dossier.cleared_at is None:  # a key without a dossier harms nobody, the reverse does
            house.vault.create_key(dossier.pseudonym_key)
    return made


def check(file: InitFile) -> None:
    """Raises `query.QueryError` before anything is made: not even an empty database."""
    text, _ = _query_text(file)
    compile_query(text, file.dossier.terms)


def dossier_key(organisation: str, dossier: str) -> str:
    """Name of a dossier's pseudonym key in the key file."""
    return f"{organisation}/{dossier}"


def _query_text(file: InitFile) -> tuple[str, str | None]:
    if file.dossier.query is None:
        return file.dossier.query_text or "", None
    template = templates.get(file.dossier.query)
    return template.text, f"{template.slug}@{template.version}"


def _organisation(
    session: Session, file: InitFile, now: datetime, demo: bool, made: list[str]
) -> Organisation:
    there = user_rows.organisation_by_slug(session, file.organisation.slug)
    if there is not None:
        return there
    row = Organisation(
        slug=file.organisation.slug,
        name=file.organisation.name,
        inhabitants=file.organisation.inhabitants,
        is_demo=demo,
        created_at=now,
    )
    session.add(row)
    session.flush()
    made.append(f"organisatie {row.slug}")
    return row


def _dossier(
    house: House,
    session: Session,
    organisation: Organisation,
    file: InitFile,
    now: datetime,
    made: list[str],
) -> tuple[Dossier, bool]:
    part = file.dossier
    there = dossier_rows.by_slug(session, part.slug)
    if there is not None:
        if there.organisation_id != organisation.id:
            raise Conflict(f"De naam {part.slug!r} is al in gebruik voor een ander dossier.")
        return there, False
    row = Dossier(
        organisation_id=organisation.id,
        slug=part.slug,
        title=part.title,
        reception_kind=part.reception_kind,
        stated_duration=part.stated_duration,
        phase=part.phase,
        purpose=part.purpose,
        legal_ground=part.legal_ground,
        cause=part.cause,
        necessity=part.necessity,
        starts=part.starts,
        ends=part.ends,
        report_at=part.report_at,
        keep_text_days=part.keep_text_days,
        buffer_enabled=house.settings.buffer_enabled,
        pseudonym_key=dossier_key(organisation.slug, part.slug),
        created_at=now,
    )
    session.add(row)
    session.flush()
    made.append(f"dossier {row.slug}")
    return row, True


def _moments(session: Session, dossier: Dossier, file: InitFile, made: list[str]) -> None:
    there = {(m.at, m.title) for m in dossier_rows.moments(session, dossier.id)}
    for part in file.moment:
        if (part.at, part.title) not in there:
            session.add(
                MomentRow(dossier_id=dossier.id, at=part.at, kind=part.kind, title=part.title)
            )
            made.append(f"moment {part.title}")


def _sources(
    house: House, session: Session, dossier: Dossier, file: InitFile, made: list[str]
) -> None:
    for part in file.source:
        row, fresh = add_source_row(
            house,
            session,
            dossier,
            kind=part.kind,
            address=part.address,
            title=part.title,
            own=part.own,
        )
        if fresh:
            made.append(f"bron {row.slug}")


def _lists(
    house: House, session: Session, dossier: Dossier, file: InitFile, made: list[str]
) -> None:
    for part in file.account_list:
        if dossier_rows.account_list(session, dossier.id, part.name) is None:
            row = new_list(house, session, dossier, part)
            wanted = [Wanted(text, reason=part.reason) for text in part.accounts]
            add_members(house, session, dossier, row, wanted, asked_by=None)
            made.append(f"accountlijst {part.name}")
