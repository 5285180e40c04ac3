"""Users as their administrator sees them: roles per dossier, tokens, and who is left to administer."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.storage.models import ApiToken, Dossier, Membership, User, WebSession

ADMINISTRATOR = "beheerder"


def of_organisation(session: Session, organisation_id: int) -> list[User]:
    """Everybody of an organisation, by user name."""
    return list(
        session.scalars(
            select(User).where(User.organisation_id == organisation_id).order_by(User.username)
        )
    )


def in_dossier(session: Session, dossier: Dossier) -> list[User]:
    """Those of the dossier's organisation who have a role in it, by user name."""
    has_role = (
        select(Membership.id)
        .where(
            Membership.user_id == User.id,
            Membership.organisation_id == dossier.organisation_id,
            or_(Membership.dossier_id == dossier.id, Membership.dossier_id.is_(None)),
        )
        .exists()
    )
    return list(
        session.scalars(
            select(User)
            .where(User.organisation_id == dossier.organisation_id, has_role)
            .order_by(User.username)
        )
    )


def memberships(
    session: Session, organisation_id: int, user_ids: Iterable[int]
) -> dict[int, list[tuple[str, str | None]]]:
    """(role in this organisation, slug of its dossier or None for all of it) by user id."""
    found: dict[int, list[tuple[str, str | None]]] = {}
    rows = session.execute(
        select(Membership.user_id, Membership.role, Dossier.slug)
        .outerjoin(Dossier, Dossier.id == Membership.dossier_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.user_id.in_(list(user_ids)),
        )
        .order_by(Dossier.slug.is_not(None), Dossier.slug, Membership.role)
    )
    for user_id, role, slug in rows:
        found.setdefault(user_id, []).append((role, slug))
    return found


def take_membership(session: Session, user: User, dossier_id: int | None, role: str) -> bool:
    """Take a role away; false when the user did not have it."""
    row = session.scalar(
        select(Membership).where(
            Membership.user_id == user.id,
            Membership.role == role,
            Membership.dossier_id.is_(None)
            if dossier_id is None
            else Membership.dossier_id == dossier_id,
        )
    )
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def administrators(session: Session, organisation_id: int) -> set[tuple[int, int | None]]:
    """(user, dossier or None for all) of everybody who can sign in and administer."""
    rows = session.execute(
        select(Membership.user_id, Membership.dossier_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role == ADMINISTRATOR,
            User.disabled_at.is_(None),
            User.password_hash.is_not(None),
        )
    )
    return {(user_id, dossier_id) for user_id, dossier_id in rows}


def end_sessions(session: Session, user_id: int, but: str = "") -> None:
    """End every session of a user, except the one with this hash."""
    session.execute(
        delete(WebSession).where(WebSession.user_id == user_id, WebSession.session_hash != but)
    )


def tokens(session: Session, user_id: int) -> list[tuple[ApiToken, str]]:
    """(token, slug of its dossier), newest first."""
    rows = session.execute(
        select(ApiToken, Dossier.slug)
        .join(Dossier, Dossier.id == ApiToken.dossier_id)
        .where(ApiToken.user_id == user_id)
        .order_by(ApiToken.id.desc())
    )
    return [(token, slug) for token, slug in rows]


def token(session: Session, user_id: int, token_id: int) -> ApiToken | None:
    return session.scalar(
        select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.id == token_id)
    )
