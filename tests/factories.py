"""Tiny helpers that arrange a situation: a dossier, a post, a fetch, an edition, a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from app.clock import StandingClock
from app.config import load_settings
from app.records import Author, FetchedPost
from app.services import access, reports
from app.services import labels as label_services
from app.services.access import Permission, Principal
from app.services.house import House
from app.services.ingest import FetchOutcome, fetch_sources
from app.services.reports import Edition
from app.services.setup import set_up
from app.services.setup_file import InitFile
from app.services.sourcing import chosen_sources, source_list
from app.services.users import add_user
from app.storage import Database, Session, Vault
from app.storage import dossiers as dossier_rows
from app.storage import posts as post_rows
from app.storage import reports as report_rows
from app.storage import users as user_rows
from app.storage.models import Dossier, Hit, PostRow
from tests.fakes import Told

DOSSIER = "de-zonnehoek"
FEED = "https://bode.example/feed/"
FORUM = "https://forum.example/atom.xml"
START = date(2026, 11, 1)
ENDS = date(2027, 5, 1)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WORDS = "Hoeveel mensen komen er in de opvang in Rietmeer?"
OTHER_WORDS = "De voetbalclub uit het dorp won zaterdag met drie nul van de buren."
PASSWORD = "een lang wachtwoord 7"


def house_at(url: str, folder: Path, now: datetime = NOW, **settings: Any) -> House:
    """A wired house on this database, with a clock that stands and a labeller that is told."""
    read = load_settings(data_dir=folder, database_url=url, **settings)
    made = House(
        settings=read,
        clock=StandingClock(now),
        database=Database(read.database),
        vault=Vault(read.secret_path, read.pseudonym_path),
    )
    made.__dict__["labeller"] = Told()
    return made


def told(house: House) -> Told:
    """The labeller of a test's house."""
    labeller = house.labeller
    assert isinstance(labeller, Told)
    return labeller


def at(house: House, instant: datetime) -> None:
    """Move the standing clock of a house."""
    assert isinstance(house.clock, StandingClock)
    house.clock.set(instant)


def init_file(
    *addresses: str,
    organisation: str = "rietmeer",
    dossier: str = DOSSIER,
    lists: Sequence[dict[str, Any]] = (),
    **changes: Any,
) -> InitFile:
    """The file of a small dossier with a short query; `changes` go into its dossier part."""
    return InitFile.model_validate(
        {
            "organisation": {"slug": organisation, "name": f"Gemeente {organisation.title()}"},
            "dossier": {
                "slug": dossier,
                "title": "Noodopvang De Zonnehoek",
                "reception_kind": "noodopvang",
                "purpose": "Communicatie over het voorgenomen besluit",
                "legal_ground": "AVG art. 6 lid 1 e",
                "necessity": "Vragen op tijd zien",
                "starts": START,
                "ends": ENDS,
                "query_text": "Rietmeer AND opvang*",
            }
            | changes,
            "source": [{"address": address} for address in addresses],
            "account_list": list(lists),
        }
    )


def settle(house: House, *addresses: str, **changes: Any) -> None:
    """Set up a dossier that follows these addresses (default: one feed)."""
    set_up(house, init_file(*(addresses or (FEED,)), **changes))


def post(
    name: str,
    text: str = WORDS,
    published: datetime | None = NOW,
    *,
    author: str | None = None,
    **more: Any,
) -> FetchedPost:
    return FetchedPost(
        canonical_id=name,
        text=text,
        published_at=published,
        date_rule="published" if published else "first-seen",
        author=Author(author, "mastodon.example") if author else None,
        **{"lang": "nl", **more},
    )


def fetch(house: House, address: str | None = None) -> list[FetchOutcome]:
    """Fetch everything, or one address; what came of it, by address."""
    wanted = chosen_sources(house, everything=True, slug=None)
    if address is not None:
        slug = source(house, address)["id"]
        wanted = chosen_sources(house, everything=False, slug=slug)
    return sorted(fetch_sources(house, wanted), key=lambda outcome: outcome.address)


def source(house: House, address: str = FEED) -> dict[str, Any]:
    """The public state of a source."""
    (row,) = (row for row in source_list(house) if row["address"] == address)
    return row


def dossier_of(session: Session, slug: str = DOSSIER) -> Dossier:
    found = dossier_rows.by_slug(session, slug)
    assert found is not None
    return found


def hits(house: House, slug: str = DOSSIER) -> list[tuple[Hit, PostRow]]:
    """Every hit of a dossier with its post, oldest first, to read after the session."""
    with house.database.read() as session:
        rows = post_rows.all_hits(session, dossier_of(session, slug).id)
        session.expunge_all()
    return rows


def key_of(house: House, name: str, address: str = FEED) -> str:
    """The post key under which a source's item is known."""
    return house.vault.post_key(source(house, address)["id"], name)


@contextmanager
def hit_open(house: House, name: str, address: str = FEED) -> Iterator[tuple[Session, Hit]]:
    """A write session with one hit in it."""
    key = key_of(house, name, address)
    with house.database.write() as session:
        hit = post_rows.hit_in(session, dossier_of(session).id, key)
        assert hit is not None
        yield session, hit


def person_labels(house: House, name: str, *codes: str, confirmed: bool = False) -> None:
    """A person says what a post is; no codes: nothing of the three."""
    with hit_open(house, name) as (session, hit):
        said = label_services.person_says("gelabeld" if codes else "geen", codes, confirmed)
        label_services.annotate(
            session, hit, user_id=None, output=said, confirmed=confirmed, note="",
            guide="ibs-2026.1", house=house, expected_version=hit.version,
        )  # fmt: skip


def draft_due(house: House) -> list[Edition]:
    return list(reports.draft_due(house))


def drafted(house: House) -> list[str]:
    """The dates of the editions that became due and were drafted now."""
    return [edition.document["date"] for edition in draft_due(house)]


def edition(house: House, day: date, slug: str = DOSSIER) -> Edition:
    return reports.newest_edition(house, slug, day)


def approve(house: House, day: date, user_id: int, text: str = "Duiding.") -> None:
    with house.database.write() as session:
        row = report_rows.newest(session, dossier_of(session).id, day)
        assert row is not None
        reports.interpret(house, session, row, text, "N. Hofstra", row.version)
        reports.approve(house, session, row, user_id, row.version)


def approve_next(house: House, day: date) -> None:
    """Draft the edition of a day and let the first user approve it."""
    edition(house, day)
    approve(house, day, 1)


def person(
    house: House,
    username: str = "n.hofstra",
    role: str = "adviseur",
    *,
    organisation: str | None = "rietmeer",
    dossier: str | None = None,
) -> Principal:
    """A user with one role, as the house knows them once signed in."""
    add_user(
        house, username=username, name=username.title(), password=PASSWORD, role=role,
        organisation=organisation, dossier=dossier,
    )  # fmt: skip
    with house.database.read() as session:
        user = user_rows.by_username(session, username)
        assert user is not None
        return Principal(user.id, user.username, user.name, user.organisation_id)


def reaches(house: House, who: Principal, slug: str, needed: Permission) -> bool:
    """True when the choke point lets them through; raises what it raises otherwise."""
    with house.database.read() as session:
        return access.enter(session, who, slug, needed).may(needed)
