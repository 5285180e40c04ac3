"""Carry one row of the outbox: claim it, hand it over, tick it off; nothing is sent twice."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from app import notify
from app.errors import ConfigError, NotifyError
from app.notify import Mail, Means, Notifier
from app.services.house import House
from app.storage import outbox
from app.storage.models import Delivery, Notice
from app.storage.sources import lease_owner

log = structlog.get_logger("klankbord.delivery")
Kind = type[Delivery] | type[Notice]


def carry(
    house: House,
    kind: Kind,
    row_id: int,
    notifier_name: str,
    recipient: str,
    send: Callable[[Notifier, Means], None],
) -> bool | None:
    """True when it arrived, False when it failed, None when somebody else has it or it is in doubt.

    No transaction is open while something goes over the line.
    """
    try:
        notifier = notify.get(notifier_name)
        means = means_of(house, kind, row_id)
    except (NotifyError, ConfigError) as error:
        return _failed(house, kind, row_id, recipient, error.message, unsure=False)
    with house.database.write() as session:
        row = outbox.claim(session, kind, row_id, lease_owner(), repeats=notifier.repeats)
        if row is None:
            return None
    try:
        send(notifier, means)
    except NotifyError as error:
        unsure = bool(error.facts.get("unsure"))
        return _failed(house, kind, row_id, recipient, error.message, unsure=unsure)
    with house.database.write() as session:
        outbox.arrived(session, kind, row_id, house.clock.now())
    return True


def _failed(
    house: House, kind: Kind, row_id: int, recipient: str, why: str, *, unsure: bool
) -> bool:
    with house.database.write() as session:
        times = outbox.failed(session, kind, row_id, unsure=unsure)
    log.warning("delivery-failed", recipient=recipient, times=times, why=why, unsure=unsure)
    return False


def means_of(house: House, kind: Kind, row_id: int) -> Means:
    """What the notifiers may use; secrets are read from their files at every try."""

    def handing_over() -> None:
        with house.database.write() as session:
            outbox.handed(session, kind, row_id, house.clock.now())

    settings = house.settings
    mail = None
    if settings.mail_host and settings.mail_from:
        password = _secret(settings.mail_password_file) if settings.mail_password_file else b""
        mail = Mail(
            settings.mail_host, settings.mail_port, settings.mail_from, settings.mail_user,
            password.decode("utf-8", "replace"), settings.mail_security,
        )  # fmt: skip
    secret = settings.webhook_secret_file
    return Means(
        data_dir=settings.data_dir,
        outbound=lambda: house.outbound,
        mail=mail,
        webhook_secret=_secret(secret) if secret else b"",
        handing_over=handing_over,
    )


def _secret(path: object) -> bytes:
    from pathlib import Path

    try:
        return Path(str(path)).read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"Het geheim in {path} is niet te lezen.") from error
