"""Random histories of a server and of us: what is stored equals what the server shows.

Posts, edits, deletions, posts that arrive late, visits, deaths in the middle of storing, a cursor set
back, and clocks that step both ways, in any order. Afterwards: each post once, with its newest words,
nothing that was deleted, and counters that can be recounted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.outbound import Response
from app.services import following, sourcing
from app.services.house import House
from app.services.ingest import fetch_source
from app.services.rechecking import recheck
from app.storage import posts as post_rows
from app.storage import sources as source_rows
from app.storage.models import FetchRun, PostRow
from tests import databases
from tests import factories as the
from tests.fake_mastodon import START, Server

ADDRESS = "http://mastodon.example/public"
STEPS = some.lists(
    some.sampled_from(
        ["post", "post", "other", "late", "edit", "delete", "fetch", "fetch", "die", "back", "ahead",
         "behind"]
    ),
    max_size=24,
)  # fmt: skip


class Wire:
    """The door out, straight to the server: the same answers without a line."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def get(
        self,
        url: str,
        headers: dict[str, str],
        conditions: object = None,
        check: Callable[[str], None] | None = None,
    ) -> Response:
        import json

        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        status, body, more = self._server.answer(target, headers.get("authorization", ""))
        kept = MappingProxyType({name.casefold(): value for name, value in more.items()})
        return Response(status, url, None, kept, json.dumps(body).encode())

    def close(self) -> None:
        pass


@contextmanager
def town(template: Path, server: Server) -> Iterator[tuple[House, int]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        house = the.house_at(databases.copied(template, folder), folder, START + timedelta(days=1))
        house.__dict__["outbound"] = Wire(server)
        the.set_up(house, the.init_file())
        with house.database.write() as session:
            row, _ = sourcing.add_source_row(
                house, session, the.dossier_of(session), kind="mastodon", address=ADDRESS,
                title="", own=False, on=True,
            )  # fmt: skip
            number = row.id
        yield house, number
        house.close()


@pytest.mark.timeout(300)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS, some.randoms(use_true_random=False), some.sampled_from(["mastodon", "gotosocial"]))
def test_what_is_stored_is_what_the_server_shows(
    sqlite_template: Path, steps: list[str], chance: object, dialect: str
) -> None:
    server = Server(dialect, place="mastodon.example", clamp=4)
    server.post("het eerste bericht")
    with town(sqlite_template, server) as (house, source_id):
        fetch_source(house, source_id)
        for step in steps:
            act(step, server, house, source_id, chance)
        settle_down(house, source_id)
        wanted = sorted(
            status.content[3:-4]
            for status in server.statuses.values()
            if "opvang" in status.content
        )
        assert sorted(row.text for _, row in the.hits(house)) == wanted
        recount(house, source_id)


def act(step: str, server: Server, house: House, source_id: int, chance: object) -> None:
    matched = [status for status in server.statuses.values() if "opvang" in status.content]
    pick = getattr(chance, "choice")  # noqa: B009 - hypothesis gives a Random without a type
    if step == "post":
        server.post(f"Komt er opvang in Rietmeer, vraag {server.number}?")
    elif step == "other":
        server.post(f"De markt van zaterdag, nummer {server.number}")
    elif step == "late" and server.number > 20:
        server.post(f"Late opvang in Rietmeer {server.number}", behind=1, local=False)
    elif step == "edit" and matched:
        server.edit(pick(matched), f"Gewijzigd: opvang in Rietmeer {len(server.asked)}")
    elif step == "delete" and matched:
        server.delete(pick(matched))
    elif step == "fetch":
        fetch_source(house, source_id)
    elif step == "die":
        with pytest.MonkeyPatch.context() as killed:
            killed.setattr(following, "save_run", _die)
            with pytest.raises(KeyboardInterrupt):
                fetch_source(house, source_id)
        release(house, source_id)
    elif step == "back":
        set_back(house, source_id, server)
    elif step in ("ahead", "behind"):
        step_by = timedelta(minutes=2 if step == "ahead" else -2)
        the.at(house, house.clock.now() + step_by)


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def release(house: House, source_id: int) -> None:
    """The next process finds the lease of a dead one."""
    with house.database.write() as session:
        row = source_rows.by_id(session, source_id)
        assert row is not None
        row.lease_owner = row.lease_until = None


def set_back(house: House, source_id: int, server: Server) -> None:
    """A restored backup: the cursor is an old one."""
    with house.database.write() as session:
        row = source_rows.by_id(session, source_id)
        assert row is not None
        row.cursor = f"{server.make_id(10)} {server.make_id(10)}"


def settle_down(house: House, source_id: int) -> None:
    """What a day of ordinary work does: visits, and asking again after what is stored."""
    for _ in range(3):
        fetch_source(house, source_id)
        the.at(house, house.clock.now() + timedelta(hours=8))
        recheck(house)


def recount(house: House, source_id: int) -> None:
    with house.database.read() as session:
        posts = session.query(PostRow).all()
        keys = [row.post_key for row in posts]
        assert len(keys) == len(set(keys))
        runs = session.query(FetchRun).filter_by(source_id=source_id).all()
        kept, _ = post_rows.buffer_counts(session, source_id)
        gone = len(posts) + kept
        assert sum(run.new for run in runs) >= gone
        assert all(run.items >= run.matched for run in runs)
