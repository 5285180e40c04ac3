"""`klankbord doctor`: is everything there to run on, and if not, what to do about it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

from app.errors import AppError
from app.services import audit
from app.services.account_lists import ending_soon
from app.services.house import House
from app.services.sourcing import oldest_lag
from app.storage import jobs
from app.storage import users as user_rows
from app.storage.migrate import current, head

OUR_PACKAGES = ("app", "query", "analysis", "dashboards", "migrations")
LEAST_FREE = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    ok: bool
    detail: str
    remedy: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def examine(house: House) -> list[Finding]:
    """Every check once; a check that cannot run is a finding, never a crash."""
    return [
        _safely(what, check, house)
        for what, check in (
            ("python", _python),
            ("pakketten", _packages),
            ("datamap", _data_dir),
            ("sleutels", _keys),
            ("database", _database),
            ("labeller", _labeller),
            ("logboek", _audit),
            ("bronnen", _sources),
            ("accountlijsten", _lists),
            ("besloten adressen", _private),
        )
    ]


def _safely(what: str, check: Callable[[House], Finding], house: House) -> Finding:
    try:
        return check(house)
    except (AppError, OSError) as error:
        return Finding(what, False, str(error))


def _python(_: House) -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", sys.version_info >= (3, 11), version)


def _packages(_: House) -> Finding:
    """Another distribution may have overwritten our generic package names (libraries.md)."""
    owners = packages_distributions()
    foreign = {
        name: sorted(set(owners.get(name, [])) - {"klankbord"})
        for name in OUR_PACKAGES
        if set(owners.get(name, [])) - {"klankbord"}
    }
    if foreign:
        names = ", ".join(f"{name} ({', '.join(who)})" for name, who in foreign.items())
        return Finding(
            "pakketten", False, f"ook van een ander: {names}",
            "Installeer Klankbord in een eigen omgeving (python -m venv).",
        )  # fmt: skip
    return Finding("pakketten", True, "alleen van Klankbord")


def _data_dir(house: House) -> Finding:
    folder = house.settings.data_dir
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    if not os.access(nearest, os.W_OK):
        return Finding(
            "datamap", False, f"{folder} is niet te beschrijven", "Zet KLANKBORD_DATA_DIR."
        )
    roomy = free > LEAST_FREE
    return Finding(
        "datamap", roomy, f"{folder}, {free // 2**20} MiB vrij", "" if roomy else "Maak ruimte."
    )


def _keys(house: House) -> Finding:
    for path in (house.settings.secret_path, house.settings.pseudonym_path):
        if path.exists() and _open_to_others(path):
            return Finding(
                "sleutels", False, f"{path} is voor anderen leesbaar", f"chmod 600 {path}"
            )
    return Finding("sleutels", True, "alleen leesbaar voor deze gebruiker")


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def _database(house: House) -> Finding:
    at, wanted = current(house.database), head()
    kind = "SQLite" if house.database.is_sqlite else "PostgreSQL"
    if at == wanted:
        return Finding("database", True, f"{kind}, versie {at}")
    return Finding("database", False, f"{kind}, versie {at or 'leeg'}", "klankbord migrate")


def _labeller(house: House) -> Finding:
    labeller = house.labeller
    return Finding(
        "labeller", True, f"{labeller.name}, model {labeller.model[:12]}, {labeller.guide}"
    )


def _audit(house: House) -> Finding:
    if current(house.database) != head():
        return Finding("logboek", True, "nog geen database")
    with house.database.read() as session:
        for organisation in user_rows.organisations(session):
            broken = audit.first_break(house, session, organisation)
            if broken is not None:
                return Finding(
                    "logboek", False,
                    f"regel {broken} van {organisation.slug} past niet in de keten",
                    "Bewaar een kopie en laat het onderzoeken: het logboek is veranderd.",
                )  # fmt: skip
    return Finding("logboek", True, "de keten is heel")


def _sources(house: House) -> Finding:
    if current(house.database) != head():
        return Finding("bronnen", True, "nog geen database")
    lag = oldest_lag(house)
    with house.database.read() as session:
        known = jobs.states(session)
    ticking = bool(known)
    late = lag > 2 * house.settings.fetch_interval_max_s
    remedy = "" if not late else "Draait de worker? klankbord worker"
    detail = f"oudste wacht {int(lag)} s" + (
        "" if ticking else "; de worker heeft nog niet gedraaid"
    )
    return Finding("bronnen", not late, detail, remedy)


def _lists(house: House) -> Finding:
    """A list that ends soon is a reminder, no fault: the house runs on without it."""
    if current(house.database) != head():
        return Finding("accountlijsten", True, "nog geen database")
    soon = ending_soon(house)
    if not soon:
        return Finding("accountlijsten", True, "geen enkele loopt binnen twee weken af")
    told = ", ".join(f"{name} ({slug}, tot en met {day})" for slug, name, day in soon[:10])
    return Finding(
        "accountlijsten", True, f"loopt bijna af: {told}", "Verleng of vervang de lijst."
    )


def _private(house: House) -> Finding:
    allowed = house.settings.fetch_allow_private
    return Finding("besloten adressen", True, f"toegestaan: {allowed}" if allowed else "geen")
