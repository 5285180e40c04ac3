"""Local accounts, sessions and tokens. Passwords are argon2; tokens and cookies stand hashed."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from app.clock import day_bounds
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, NotSignedIn
from app.services.audit import note
from app.services.house import House
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import users as user_rows
from app.storage.models import ROLES, ApiToken, User, WebSession

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST_PASSWORD = 12
MOST_NAME = 200
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,118}[a-z0-9]")


def add_user(
    house: House,
    *,
    username: str,
    name: str,
    password: str,
    role: str,
    organisation: str | None,
    dossier: str | None,
    actor: str = "cli",
) -> None:
    """Make an account with one role, in one dossier or the whole organisation.

    Raises `InvalidInput` on a weak password or unknown role, `Conflict` on a name in use.
    """
    check_account(username, name, password, role)
    now = house.clock.now()
    with house.database.write() as session:
        organisation_id, dossier_id = _place(session, organisation, dossier)
        if user_rows.by_username(session, username) is not None:
            raise Conflict(f"Er is al een gebruiker {username!r}.", username=username)
        user = User(
            organisation_id=organisation_id,
            username=username,
            name=name,
            password_hash=hash_of(password),
            created_at=now,
        )
        session.add(user)
        session.flush()
        user_rows.add_membership(session, user, dossier_id, role)
        note(
            house, session, organisation_id,
            actor=actor, action="user-added", subject=username, dossier=dossier,
            facts={"role": role},
        )  # fmt: skip


def check_account(username: str, name: str, password: str, role: str) -> None:
    """Raises `InvalidInput` on a name, password or role that cannot be."""
    if not USERNAME.fullmatch(username):
        raise InvalidInput(
            "Een gebruikersnaam heeft 3 tot 120 kleine letters, cijfers, punten of streepjes.",
            field="username",
        )
    if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
        raise InvalidInput(
            f"Geef de naam van de gebruiker, in hoogstens {MOST_NAME} tekens.", field="name"
        )
    check_password(password)
    if role not in ROLES:
        raise InvalidInput(f"Onbekende rol {role!r}; kies uit {', '.join(ROLES)}.", field="role")


def check_password(password: str) -> None:
    """Raises `InvalidInput` on a password that is no text, too short or monotonous."""
    if any("\ud800" <= char <= "\udfff" for char in password):
        raise InvalidInput("Het wachtwoord is geen geldige tekst (UTF-8).", field="password")
    if len(password) < LEAST_PASSWORD or len(set(password)) < 5:
        raise InvalidInput(
            f"Een wachtwoord heeft minstens {LEAST_PASSWORD} tekens en is niet eentonig.",
            field="password",
        )


def hash_of(password: str) -> str:
    """A password as it is stored."""
    return _hasher().hash(password)


def is_password_of(user: User, password: str) -> bool:
    """Whether this is the user's password."""
    return user.password_hash is not None and _verifies(user.password_hash, password)


def _place(
    session: Session, organisation: str | None, dossier: str | None
) -> tuple[int, int | None]:
    if dossier is not None:
        row = dossier_rows.by_slug(session, dossier)
        if row is None:
            raise NotFound(f"Er is geen dossier {dossier!r}.", dossier=dossier)
        return row.organisation_id, row.id
    everyone = user_rows.organisations(session)
    if organisation is None and len(everyone) == 1:
        return everyone[0].id, None
    found = next((row for row in everyone if row.slug == organisation), None)
    if found is None:
        raise NotFound(
            f"Er is geen organisatie {organisation!r}." if organisation else "Noem de organisatie.",
            organisation=organisation,
        )
    return found.id, None


def sign_in(house: House, username: str, password: str) -> tuple[str, datetime]:
    """(cookie value, expiry) of a new session. Raises `NotSignedIn`, alike for every cause."""
    now = house.clock.now()
    refused = NotSignedIn("De gebruikersnaam of het wachtwoord klopt niet.")
    with house.database.write() as session:
        wanted = username.strip().casefold()
        user = user_rows.by_username(session, wanted) if USERNAME.fullmatch(wanted) else None
        hashed = user.password_hash if user and user.password_hash else _decoy()
        right = _verifies(hashed, password)
        if user is None or user.disabled_at is not None:
            raise refused
        if user.locked_until is not None and user.locked_until > now:
            raise refused
        if right and user.password_hash:
            user.failed_logins, user.locked_until = 0, None
            cookie = _open_session(house, session, user, now)
            note(house, session, user.organisation_id, actor=f"user:{user.username}",
                 action="signed-in", subject=user.username)  # fmt: skip
            return cookie, now + timedelta(hours=house.settings.session_hours)
        user.failed_logins += 1
        if user.failed_logins >= MOST_FAILURES:
            user.failed_logins, user.locked_until = 0, now + LOCKED_FOR
        note(house, session, user.organisation_id, actor=f"user:{user.username}",
             action="sign-in-refused", subject=user.username)  # fmt: skip
    raise refused


def _open_session(house: House, session: Session, user: User, now: datetime) -> str:
    user_rows.drop_old_sessions(session, now)
    cookie = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            user_id=user.id,
            session_hash=house.vault.token_hash(cookie),
            csrf_token=secrets.token_urlsafe(32),
            created_at=now,
            expires_at=now + timedelta(hours=house.settings.session_hours),
        )
    )
    return cookie


def sign_out(house: House, cookie: str) -> None:
    with house.database.write() as session:
        user_rows.end_session(session, house.vault.token_hash(cookie))


def create_token(
    house: House, *, username: str, role: str, dossier: str, expires: date | None
) -> str:
    """A new API token, shown once. It never reaches further than its user's own role."""
    now = house.clock.now()
    try:
        until = day_bounds(expires)[1] if expires else now + timedelta(days=90)
    except OverflowError as error:
        raise InvalidInput("De einddatum ligt te ver weg.", field="expires") from error
    if until <= now:
        raise InvalidInput("De einddatum ligt in het verleden.", field="expires")
    if role not in ROLES:
        raise InvalidInput(f"Onbekende rol {role!r}; kies uit {', '.join(ROLES)}.", field="role")
    with house.database.write() as session:
        user = user_rows.by_username(session, username)
        row = dossier_rows.by_slug(session, dossier)
        if user is None:
            raise NotFound(f"Er is geen gebruiker {username!r}.", username=username)
        if row is None or row.organisation_id != user.organisation_id:
            raise NotFound(f"Er is geen dossier {dossier!r}.", dossier=dossier)
        if role not in user_rows.roles_in(session, user, row):
            raise NotAllowed(
                f"{username} heeft de rol {role} niet in dit dossier; een token reikt nooit verder."
            )
        token = f"kb_{secrets.token_urlsafe(32)}"
        session.add(
            ApiToken(
                user_id=user.id,
                dossier_id=row.id,
                role=role,
                token_hash=house.vault.token_hash(token),
                created_at=now,
                expires_at=until,
            )
        )
        note(house, session, user.organisation_id, actor="cli", action="token-created",
             subject=username, dossier=dossier, facts={"role": role})  # fmt: skip
    return token


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


def _verifies(hashed: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return bool(_hasher().verify(hashed, password.encode("utf-8", "surrogatepass")))
    except (VerificationError, InvalidHashError):
        return False


_DECOY: list[str] = []


def _decoy() -> str:
    """A hash to verify against when there is no such user: absence must not answer faster."""
    if not _DECOY:
        _DECOY.append(_hasher().hash(secrets.token_urlsafe(16)))
    return _DECOY[0]
