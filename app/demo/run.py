"""`klankbord demo`: fourteen days of a fictional municipality through the real machinery.

The clock steps through the days; at each step the worker's own ticks fetch over HTTP from the
loopback server, match, label and store, and draft what is due. Nothing here takes a short cut.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from app.bootstrap import open_house
from app.clock import StandingClock, clock_from, first_instant_at
from app.config import Settings, load_settings
from app.demo import scene
from app.demo.agreement import Agreement, agreement
from app.demo.corpus import DAYS, REPORT_HOUR, DemoPost, first_day, read_corpus
from app.demo.server import DemoWeb
from app.demo.table import show
from app.errors import InvalidInput, StorageError
from app.services import delivery, reports
from app.services.house import House
from app.services.ingest import fetch_sources
from app.services.setup import set_up
from app.services.sourcing import chosen_sources
from app.services.users import add_user
from app.storage import browse_posts, labels, migrate, posts
from app.storage import dossiers as dossier_rows
from app.storage import reports as report_rows
from app.storage import users as user_rows

#: Local times at which the demo looks; at the first of them editions are due.
LOOKS = ((REPORT_HOUR, 1), (16, 1), (23, 55))
INTERPRETATION = (
    "Dit is een verzonnen duiding bij de demonstratie. De meeste vragen gaan over aantallen en "
    "duur. We beantwoorden ze op de pagina met veelgestelde vragen en bij de inloopavond."
)


@dataclass
class Tally:
    """What the demonstration did, as `demo --json` says it."""

    fetched: int = 0
    stored: int = 0
    matched: int = 0
    informatiebehoefte: int = 0
    betekenisgeving: int = 0
    schadebeperking: int = 0
    questions: int = 0
    editions: int = 0
    report: str = ""

    def as_json(self) -> dict[str, Any]:
        return dict(self.__dict__)


def run_demo(*, once: bool, port: int, as_json: bool) -> None:
    """Run the whole job; without `once` serve the pages afterwards, until somebody stops it."""
    real = load_settings()
    folder = real.data_dir / "demo"
    now = clock_from(real.clock).now()
    corpus = read_corpus(first_day(now))
    clock = StandingClock(now)
    with DemoWeb(corpus, clock) as web, _demo_house(real, folder, web, clock) as house:
        password = _password()
        tally = _live_through(house, clock, corpus, web, now, password)
        agreed = _agreement(house, corpus)
        report = folder / "verslag.txt"
        _write_report(house, report)
        tally.report = str(report)
        show(tally, agreed, as_json=as_json, serving=None if once else port)
        if not once:
            house.clock = clock_from(real.clock)
            _serve(house, port, password)


@contextmanager
def _demo_house(
    real: Settings, folder: Path, web: DemoWeb, clock: StandingClock
) -> Iterator[House]:
    settings = load_settings(
        data_dir=folder,
        database_url=real.database_url,
        fetch_allow_private=web.place,
        cookie_secure=False,
        secret_file=None,
        pseudonym_key_file=None,
        log_level="ERROR",
    )
    house = open_house_empty(settings, clock, own_database=not real.database_url)
    try:
        yield house
    finally:
        house.close()


def open_house_empty(settings: Settings, clock: StandingClock, *, own_database: bool) -> House:
    """A demo house on an emptied database; refuses one that holds an organisation not ours."""
    if own_database:
        _empty(settings.data_dir)
    house = open_house(settings, clock=clock, demo=True)
    try:
        if not own_database:
            _clear_foreign(house)
            _empty(settings.data_dir, keep_database=True)
            house.close()
            house = open_house(settings, clock=clock, demo=True)
        migrate.migrate(house.database)
    except BaseException:
        house.close()
        raise
    return house


def _clear_foreign(house: House) -> None:
    if migrate.current(house.database) is None:
        return
    with house.database.read() as session:
        real = [row.slug for row in user_rows.organisations(session) if not row.is_demo]
    if real:
        raise InvalidInput(
            f"Deze database (KLANKBORD_DATABASE_URL) is in gebruik door {', '.join(real)}. De "
            "demonstratie begint met legen en doet dat hier niet.",
            field="KLANKBORD_DATABASE_URL",
        )
    migrate.downgrade(house.database, "base")


def _empty(folder: Path, *, keep_database: bool = False) -> None:
    try:
        for path in folder.iterdir() if folder.exists() else ():
            if keep_database and path.name.startswith("klankbord.db"):
                continue
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(f"De map {folder} is niet te legen: {error}.") from error


def _password() -> str:
    """A fresh password for the demo accounts; shown, and gone with the demonstration."""
    return f"riet-{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"


def _live_through(
    house: House,
    clock: StandingClock,
    corpus: tuple[DemoPost, ...],
    web: DemoWeb,
    now: datetime,
    password: str,
) -> Tally:
    start = first_day(now)
    clock.set(first_instant_at(start, 0, 1))
    set_up(house, scene.init_file(web, start), demo=True)
    for username, name, role in scene.PEOPLE:
        add_user(
            house, username=username, name=name, password=password, role=role,
            organisation=scene.ORGANISATION, dossier=None, actor="demo",
        )  # fmt: skip
    tally = Tally()
    for instant in steps(start, now):
        clock.set(instant)
        for outcome in fetch_sources(house, chosen_sources(house, everything=False, slug=None)):
            tally.fetched += outcome.items
        for edition in reports.draft_due(house):
            tally.editions += 1
            day = date.fromisoformat(edition.document["date"])
            if day < start + timedelta(days=DAYS - 1):
                _approve(house, day)
        delivery.deliver_open(house)
    _count(house, corpus, tally)
    return tally


def steps(start: date, now: datetime) -> Iterator[datetime]:
    """The instants at which the demo looks: three times a day, and now."""
    for day in (start + timedelta(days=n) for n in range(DAYS + 2)):
        for hour, minute in LOOKS:
            instant = first_instant_at(day, hour, minute)
            if instant < now:
                yield instant
    yield now.astimezone(UTC)


def _approve(house: House, day: date) -> None:
    """The adviser reads and approves every edition but the newest, which is left for the user."""
    with house.database.write() as session:
        dossier = dossier_rows.by_slug(session, scene.DOSSIER)
        user = user_rows.by_username(session, scene.PEOPLE[0][0])
        if dossier is None or user is None:
            raise StorageError("De demonstratie vindt haar eigen dossier niet terug.")
        row = report_rows.newest(session, dossier.id, day)
        if row is None:
            raise StorageError(f"Het verslag van {day.isoformat()} is er niet.")
        reports.interpret(house, session, row, INTERPRETATION, user.name, row.version)
        reports.approve(house, session, row, user.id, row.version)


def _count(house: House, corpus: tuple[DemoPost, ...], tally: Tally) -> None:
    with house.database.read() as session:
        dossier = dossier_rows.by_slug(session, scene.DOSSIER)
        if dossier is None:
            raise StorageError("De demonstratie vindt haar eigen dossier niet terug.")
        hits = posts.all_hits(session, dossier.id)
        tally.matched = len(hits)
        buffered = browse_posts.buffer_between(session, dossier.id, None, None)
        tally.stored = len(hits) + len(buffered)
        for report in report_rows.editions(session, dossier.id):
            counts = report.document["counts"]
            tally.informatiebehoefte += counts["informatiebehoefte"]
            tally.betekenisgeving += counts["betekenisgeving"]
            tally.schadebeperking += counts["schadebeperking"]
            tally.questions += counts["questions"]


def _agreement(house: House, corpus: tuple[DemoPost, ...]) -> Agreement:
    by_id = {post.id: post.hand for post in corpus if post.hand is not None}
    pairs = []
    with house.database.read() as session:
        dossier = dossier_rows.by_slug(session, scene.DOSSIER)
        run = labels.active_run(session, dossier.id) if dossier else None
        if dossier is None or run is None:
            raise StorageError("De demonstratie heeft nog niets gelabeld.")
        rows = posts.all_hits(session, dossier.id)
        said = labels.predictions(session, run.id, (hit.id for hit, _ in rows))
        for hit, post in rows:
            address = browse_posts.address_of(session, post.id)
            name = house.vault.decrypt(address.canonical_id) if address else ""
            hand = by_id.get(name.rpartition("=")[2].rpartition("/")[2])
            if hand is not None and not hit.own:
                pairs.append((hand, said[hit.id].output))
    return agreement(pairs)


def _write_report(house: House, path: Path) -> None:
    from analysis.report_text import render

    newest = reports.newest_edition(house, scene.DOSSIER, _last_day(house))
    text = render(newest.document, newest.interpretation, newest.approved_by)
    path.write_text(text.rstrip("\n") + "\n", "utf-8")


def _last_day(house: House) -> date:
    return first_day(house.clock.now()) + timedelta(days=DAYS - 1)


def _serve(house: House, port: int, password: str) -> None:
    from app.api import serve

    house.demo_accounts = tuple(
        (username, name, role, password) for username, name, role in scene.PEOPLE
    )
    serve(house, host="127.0.0.1", port=port)
