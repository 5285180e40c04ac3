"""The only wiring: settings in, one `House` out."""

from __future__ import annotations

import logging
import sys

import structlog

from app.clock import Clock, clock_from
from app.config import Settings
from app.services.house import House
from app.storage import Database, Vault


def open_house(settings: Settings, *, clock: Clock | None = None, demo: bool = False) -> House:
    """Wire a service. Raises `ConfigError` on bad settings and `StorageError` on a bad disk."""
    configure_logging(settings.log_level)
    if settings.fetch_allow_private:
        structlog.get_logger("klankbord").warning(
            "private-addresses-allowed", allow=settings.fetch_allow_private
        )
    return House(
        settings=settings,
        clock=clock or clock_from(settings.clock),
        database=Database(settings.database),
        vault=Vault(settings.secret_path, settings.pseudonym_path),
        demo=demo,
    )


def configure_logging(level: str) -> None:
    """Structured lines on stderr; never a post's text, a secret or an address with a password."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
