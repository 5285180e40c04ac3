"""Users, memberships, sessions and tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.storage.models import ApiToken, Dossier, Membership, Organisation, User, WebSession


def by_username(session: Session, username: str) -> User | None:
    return session.scalar(select(User).where(User.username == username))


def name_of(session: Session, user_id: int | None) -> str | None:
    user = session.get(User, user_id) if user_id is not None else None
    return user.name if user else None


def organisation_by_slug(session: Session, slug: str) -> Organisation | None:
    return session.scalar(select(Organisation).where(Organisation.slug == slug))


def organisations(session: Session) -> list[Organisation]:
    return list(session.scalars(select(Organisation).order_by(Organisation.slug)))


def roles_in(session: Session, user: User, dossier: Dossier) -> frozenset[str]:
    """Every role of a user in one dossier: given there, or for the whole organisation."""
    return frozenset(
        session.scalars(
            select(Membership.role).where(
                Membership.user_id == user.id,
                Membership.organisation_id == dossier.organisation_id,
                or_(Membership.dossier_id == dossier.id, Membership.dossier_id.is_(None)),
            )
        )
    )


def roles_of(session: Session, user: User) -> frozenset[str]:
    """Roles for the whole of the user's own organisation."""
    return frozenset(
        session.scalars(
            select(Membership.role).where(
                Membership.user_id == user.id,
                Membership.organisation_id == user.organisation_id,
                Membership.dossier_id.is_(None),
            )
        )
    )


def dossiers_of(session: Session, user: User) -> list[Dossier]:
    """The dossiers a user may see at all, by slug."""
    everywhere = (
        select(Membership.id)
        .where(
            Membership.user_id == user.id,
            Membership.organisation_id == Dossier.organisation_id,
            or_(Membership.dossier_id == Dossier.id, Membership.dossier_id.is_(None)),
        )
        .exists()
    )
    return list(session.scalars(select(Dossier).where(everywhere).order_by(Dossier.slug)))


def add_membership(session: Session, user: User, dossier_id: int | None, role: str) -> bool:
    """Give a role; false when the user had it already."""
    query = select(Membership.id).where(
        Membership.user_id == user.id,
        Membership.organisation_id == user.organisation_id,
        Membership.role == role,
    )
    query = query.where(
        Membership.dossier_id.is_(None)
        if dossier_id is None
        else Membership.dossier_id == dossier_id
    )
    if session.scalar(query) is not None:
        return False
    session.add(
        Membership(
            user_id=user.id,
            organisation_id=user.organisation_id,
            dossier_id=dossier_id,
            role=role,
        )
    )
    return True


def token_by_hash(session: Session, token_hash: str) -> ApiToken | None:
    return session.scalar(select(ApiToken).where(ApiToken.token_hash == token_hash))


def session_by_hash(session: Session, session_hash: str) -> WebSession | None:
    return session.scalar(select(WebSession).where(WebSession.session_hash == session_hash))


def end_session(session: Session, session_hash: str) -> None:
    session.execute(delete(WebSession).where(WebSession.session_hash == session_hash))


def drop_old_sessions(session: Session, now: datetime) -> None:
    session.execute(delete(WebSession).where(WebSession.expires_at <= now))
