"""The family of errors of the service. An error carries facts; the edge decides how it is told.

AppError
├── NotFound          absent, or not the caller's to see (both answer alike)
├── Conflict          somebody else changed it first, or it exists already
├── NotAllowed        the role does not reach this far
├── NotSignedIn       no valid session or token
├── InvalidInput      the caller's words are wrong; `field` names the place
├── ConfigError       settings or environment are wrong
├── SourceError       a source did not give what it should; `reason` is from the closed list
│   ├── FetchFailed
│   ├── RateLimited
│   ├── UnreadableFeed
│   └── AddressRefused
├── StorageError      the database is locked, full, absent or of another age
└── NotifyError       a finished report or alert could not be delivered
"""

from __future__ import annotations


class AppError(Exception):
    """Base of all errors of the service: `code` is stable English, the message is Dutch."""

    code = "error"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class NotFound(AppError):
    code = "not-found"


class Conflict(AppError):
    code = "conflict"


class NotAllowed(AppError):
    code = "not-allowed"


class NotSignedIn(AppError):
    code = "not-signed-in"


class InvalidInput(AppError):
    code = "invalid-input"


class ConfigError(AppError):
    code = "config"


class SourceError(AppError):
    """`reason` is one of `app.records.REASONS`."""

    code = "source"

    def __init__(self, message: str, *, reason: str, **facts: object) -> None:
        super().__init__(message, reason=reason, **facts)
        self.reason = reason


class FetchFailed(SourceError):
    code = "fetch-failed"


class RateLimited(SourceError):
    code = "rate-limited"


class UnreadableFeed(SourceError):
    code = "unreadable-feed"


class AddressRefused(SourceError):
    code = "address-refused"


class StorageError(AppError):
    code = "storage"


class NotifyError(AppError):
    code = "notify"
