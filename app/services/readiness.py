"""Ready or not: the database answers, its shape is this release's, and the worker keeps up."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.house import House
from app.services.sourcing import oldest_lag
from app.storage.migrate import current, head


@dataclass(frozen=True, slots=True)
class Readiness:
    """`checks` by name; `lag_s` seconds that the longest-waiting due source has waited."""

    checks: dict[str, bool]
    lag_s: int

    @property
    def ready(self) -> bool:
        return all(self.checks.values())


def readiness(house: House) -> Readiness:
    """Raises `StorageError` when the database does not answer.

    A worker that lags is told (`lag_s`) but does not make the pages unready: they can still be read.
    """
    shaped = current(house.database) == head()
    lag = int(oldest_lag(house)) if shaped else 0
    return Readiness({"database": True, "migrations": shaped}, lag)
