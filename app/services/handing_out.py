"""Work that a colleague gave: shown on every page until something is done with it, and mailed once.

Who gives work to themselves knows it. A mail waits a few minutes, so that an undo takes it back, and
the person's quiet hours; there is one an hour at most, and nothing of a post stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from app.errors import InvalidInput, NotAllowed
from app.services.access import Permission, Principal, Scope, visible
from app.services.alerts import after_quiet
from app.services.house import House
from app.services.routing import check_quiet
from app.storage import Session, inbox, outbox
from app.storage.inbox import HitFilter
from app.storage.models import Notice, User
from dashboards import paths

WAIT, REST, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Told:
    """Where and when a person is told; empty strings: nowhere, always."""

    mail: str = ""
    quiet_from: str = ""
    quiet_to: str = ""


def waiting(session: Session, scope: Scope) -> int:
    """How many posts a colleague gave the caller, who did nothing with them since."""
    if not scope.may(Permission.POSTS):
        return 0
    return _count(session, scope.dossier.id, scope.principal.user_id)


def everywhere(session: Session, principal: Principal) -> dict[str, int]:
    """The same per dossier the caller may see, where it is more than none."""
    found = {scope.dossier.slug: waiting(session, scope) for scope in visible(session, principal)}
    return {slug: count for slug, count in found.items() if count}


def changed(
    house: House,
    session: Session,
    scope: Scope,
    before: Iterable[int | None],
    owner: int | None,
    batch: str,
) -> None:
    """Posts went from these owners to this one: tell the new one, spare the others a stale mail."""
    for user_id in {*before} - {None, owner}:
        _spare(session, scope, user_id)
    if owner is not None and owner != scope.principal.user_id:
        _tell(house, session, scope, session.get_one(User, owner), batch)


def _tell(house: House, session: Session, scope: Scope, user: User, batch: str) -> None:
    if not user.mail or not house.settings.mail_host:
        return
    now = house.clock.now()
    last = outbox.newest_notice(session, scope.dossier.id, _key(user.id))
    if last is not None and now < last.created_at + (DAY if last.sent_at is None else REST):
        return  # one is on its way, or was just sent; one that cannot be sent blocks for a day
    link = house.settings.public_url.rstrip("/")
    where = f"\n\n{link}{paths.posts(scope.dossier.slug, {'given': 'true'})}" if link else ""
    outbox.add_notice(
        session,
        Notice(
            dossier_id=scope.dossier.id, key=f"{_key(user.id)}{batch}", name=user.name,
            notifier="mail", recipient=user.mail,
            subject=f"Er is werk voor u: {scope.dossier.title}"[:200],
            body="Een collega gaf u een of meer berichten om te behandelen in het dossier "
            f"{scope.dossier.title}. U vindt ze bij de berichten, onder ‘Aan u gegeven’.{where}",
            created_at=now, not_before=after_quiet(user, now + WAIT),
        ),
    )  # fmt: skip


def _spare(session: Session, scope: Scope, user_id: int | None) -> None:
    """A mail that did not go yet, about work that is no longer there, is taken back."""
    if user_id is None or _count(session, scope.dossier.id, user_id):
        return
    last = outbox.newest_notice(session, scope.dossier.id, _key(user_id))
    if last is not None:
        outbox.forget_notice(session, last)


def _key(user_id: int) -> str:
    return f"work:{user_id}:"


def _count(session: Session, dossier_id: int, user_id: int) -> int:
    return inbox.count_page(session, HitFilter(dossier_id, given_to=user_id))


def told_of(session: Session, principal: Principal) -> Told:
    """Where and when the caller is told."""
    user = session.get_one(User, principal.user_id)
    return Told(user.mail or "", user.quiet_from or "", user.quiet_to or "")


def tell_me(session: Session, principal: Principal, told: Told) -> None:
    """Set where the caller is told. Raises `InvalidInput`, and `NotAllowed` for a machine."""
    if principal.token_role is not None:
        raise NotAllowed("Een token heeft geen mailadres.")
    mail = told.mail.strip()
    if mail and (len(mail) > 254 or not mail.isprintable() or not ADDRESS.fullmatch(mail)):
        raise InvalidInput(
            "Dit is geen mailadres. Schrijf bijvoorbeeld naam@gemeente.nl.", field="mail"
        )
    check_quiet(told.quiet_from, told.quiet_to, "quietFrom")
    user = session.get_one(User, principal.user_id)
    user.mail = mail or None
    user.quiet_from, user.quiet_to = told.quiet_from or None, told.quiet_to or None
