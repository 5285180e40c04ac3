"""What the inbox costs at many hits: p50 and p95 per filter, and the worst three together.

    make bench ARGS="-k inbox"        100,000 hits on SQLite, 1,000,000 on PostgreSQL
    KLANKBORD_BENCH_HITS=20000        another number, on both
    KLANKBORD_BENCH_ASK=accountList   only the questions with this in them

Measured in one process through the ASGI application, without a network: what the clients of the
bench cost themselves is in it too. `alone` is one client, `CPU` the processor time of this process
per answer (a PostgreSQL server's own is not in it); `20` is twenty clients that never pause.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, insert, literal, select, text
from starlette.testclient import TestClient

from app.api.application import create_app
from app.services.house import House
from app.services.labels import current_run
from app.services.users import create_token
from app.storage import Session
from app.storage.models import Hit, PostRow, Prediction
from tests import databases, factories
from tests.api.town import csrf_in
from tests.factories import DOSSIER, NOW, PASSWORD, dossier_of

SIZES = {"sqlite": 100_000, "postgresql": 1_000_000}
CLIENTS, ASKS, ALONE, WORST = 20, 6, 15, 3
#: So many hits are made one by one; more of them are copies.
BASE = 50_000
PLACE = f"/v1/dossiers/{DOSSIER}"
FEEDS = tuple(f"https://bron{n}.example/feed/" for n in range(8))
QUERIES = (
    "", "label=informatiebehoefte", "subLabel=I1", "status=gelabeld", "workState=beantwoord",
    "owner=nobody", "owner=me", "given=true", "urgency=h", "sentiment=negatief", "theme=aantal",
    "group=journalists", "group=unknown", "accountList=Lokale%20pers", "withoutOwn=true",
    "question=true", "locality=local", "source=bron1-example-feed", "threatCandidate=true",
    "from=2026-11-10&to=2026-11-12", "order=urgency", "text=hoeveel", "text=zeldzaam",
)  # fmt: skip
WORDS = (
    "Hoeveel mensen komen er in de opvang in Rietmeer?", "Ik vind de opvang in Rietmeer prima",
    "Zaterdag stil protest tegen de opvang in Rietmeer", "De opvang in Rietmeer gaat maandag open",
)  # fmt: skip
THEMES = ("aantal", "duur", "start", "veiligheid", "zorg", "school", "kosten", "bijeenkomst")


def _hit(chance: random.Random, number: int) -> dict[str, Any]:
    """A hit as a busy dossier has them: a quarter questions, many themes, some already done."""
    kind = chance.choices(range(4), (25, 45, 8, 22))[0]
    codes = [f"{'IBS'[kind]}{chance.randint(1, 6)}"] if kind < 3 else []
    if kind < 2 and chance.random() < 0.3:
        codes.append(f"B{chance.randint(1, 6)}")
    done = chance.random() < 0.6
    return {
        "status": "gelabeld" if kind < 3 else chance.choice(("geen", "echo")),
        "is_i": kind == 0, "is_b": "B" in "".join(codes), "is_s": kind == 2,
        "is_question": kind == 0, "is_candidate": number % 500 == 0,
        "codes": f" {' '.join(dict.fromkeys(codes))} " if codes else "",
        "urgency": chance.choices("hml", (1, 9, 90))[0],
        "sentiment": chance.choice(("negatief", "neutraal", "positief")),
        "theme": chance.choice(THEMES) if kind == 0 else "",
        "locality": chance.choices(("local", "outside", "unknown"), (3, 1, 6))[0],
        "group_kind": chance.choices((None, "journalists", "politicians", "own"), (90, 5, 3, 2))[0],
        "work_state": chance.choice(("beantwoord", "geen actie")) if done else "nieuw",
        "owner_id": 1 if done and chance.random() < 0.5 else None,
    }  # fmt: skip


def fill(house: House, hits: int) -> None:
    """Many hits straight into the tables: this measures reading, not fetching."""
    chance = random.Random(7)
    lists = [{"kind": "journalists", "name": "Lokale pers", "reason": "Pers", "expires": "2027-01-01",
              "accounts": [f"@krant{n}@mastodon.example" for n in range(40)]}]  # fmt: skip
    factories.settle(house, *FEEDS, lists=lists)
    factories.person(house, "w.kade", "webcare")
    with house.database.write() as session:
        dossier = dossier_of(session)
        run = current_run(house, session, dossier.id)
        base = {
            "organisation_id": dossier.organisation_id, "title": "", "lang": "nl",
            "date_rule": "published", "is_repost": False, "revision": 1,
        }  # fmt: skip
        base_size = min(hits, BASE)
        for start in range(0, base_size, 5_000):
            posts, rows, said = [], [], []
            for number in range(start, min(start + 5_000, base_size)):
                at = NOW - timedelta(seconds=number * 5_000_000 // base_size)
                key, source_id = f"{number:064x}", number % len(FEEDS) + 1
                said_of = _hit(chance, number)
                words = WORDS[chance.randrange(4)] + (" zeldzaam" if number % 20_000 == 77 else "")
                posts.append({**base, "id": number + 1, "post_key": key, "text": words,
                    "source_id": source_id, "published_at": at, "first_seen": at,
                    "local_date": at.date(), "content_hash": key})  # fmt: skip
                rows.append({"id": number + 1, "post_id": number + 1, "dossier_id": dossier.id,
                    "post_key": key, "published_at": at, "source_id": source_id,
                    "query_version_id": dossier.query_version_id, "spans": [],
                    "author": f"{number % 9000:064x}", "locality_reason": "", "own": False,
                    "digest": key, "priority": 0, "version": 1, "stored_at": at, **said_of})  # fmt: skip
                output = {"status": said_of["status"], "labels": [], "sub_labels": [],
                    "urgency": said_of["urgency"]}  # fmt: skip
                said.append({"run_id": run.id, "hit_id": number + 1, "digest": key,
                    "created_at": at, "output": output})  # fmt: skip
            session.execute(insert(PostRow), posts)
            session.execute(insert(Hit), rows)
            session.execute(insert(Prediction), said)
        for copy in range(1, hits // base_size):
            _copied(session, copy, base_size)
    _settle_down(house.database.url)


def _copied(session: Session, copy: int, size: int) -> None:
    """All of it once more under other keys: the database does that faster than we write it."""
    moved = {"id", "post_id", "hit_id"}
    for model in (PostRow, Hit, Prediction):
        table = model.__table__
        values: list[Any] = []
        for column in table.columns:
            if column.name in moved:
                values.append(column + copy * size)
            elif column.name in ("post_key", "content_hash", "digest"):
                values.append(literal(f"{copy:08d}") + func.substr(column, 9))
            else:
                values.append(column)
        first = table.c.hit_id if model is Prediction else table.c.id
        chosen = select(*values).where(first <= size)
        session.execute(insert(model).from_select(list(table.columns), chosen))


def _settle_down(url: str) -> None:
    """What the database does by itself in time: statistics, and on PostgreSQL which pages are seen."""
    engine = create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if url.startswith("sqlite") else "VACUUM ANALYZE"))
    engine.dispose()


@contextmanager
def _filled(kind: str, folder: Path, hits: int) -> Iterator[House]:
    if kind == "sqlite":
        template = databases.migrated_sqlite(folder / "leeg.db")
        house = factories.house_at(databases.copied(template, folder / "data"), folder / "data")
        fill(house, hits)
        yield house
        house.close()
        return
    with databases.migrated_postgres() as url:
        house = factories.house_at(url, folder / "data")
        fill(house, hits)
        yield house
        house.close()


@pytest.mark.bench
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", SIZES)
def test_the_inbox_under_each_filter(kind: str, tmp_path: Path) -> None:
    hits = int(os.environ.get("KLANKBORD_BENCH_HITS", SIZES[kind]))
    with _filled(kind, tmp_path, hits) as house:
        token = create_token(
            house, username="w.kade", role="webcare", dossier=DOSSIER, expires=None
        )
        app = create_app(house)
        ways = {"api": {"Authorization": f"Bearer {token}"}, "page": _session(app)}
        asked = [("api", f"{PLACE}/posts?{query}", query or "(none)") for query in QUERIES]
        asked += [
            ("api", f"{PLACE}/post-facets", "facets"),
            ("api", f"{PLACE}/post-facets?workState=nieuw&question=true", "facets, two filters"),
            ("api", f"{PLACE}/post-stamp", "stamp"),
            ("page", f"/dossiers/{DOSSIER}/posts", "the page with 50 cards"),
            (
                "page",
                f"/dossiers/{DOSSIER}/posts?workState=nieuw&question=true",
                "page, two filters",
            ),
        ]
        print(f"\n{hits} hits, {kind}, {CLIENTS} clients in one process, ms")
        print(f"{'':<58} {'alone p50':>9} {'worst':>6} {'CPU':>6} {f'{CLIENTS} p50':>7} {'p95':>6}")
        slow: list[tuple[float, str]] = []
        only = os.environ.get("KLANKBORD_BENCH_ASK", "")
        for way, path, name in asked:
            if only not in name:
                continue
            alone = _measured(app, path, ways[way], name)
            if way == "api" and "?" in path and "post-facets" not in path:
                slow.append((alone, path.partition("?")[2]))
        if only:
            assert any(only in name for _, _, name in asked), f"nothing is called {only!r}"
            return
        by_name: dict[str, str] = {}
        for _, query in sorted(slow, reverse=True):
            by_name.setdefault(query.partition("=")[0], query)
        worst = [query for query in by_name.values() if query][:WORST]
        _measured(
            app, f"{PLACE}/posts?{'&'.join(worst)}", ways["api"], "worst three: " + "&".join(worst)
        )


def _measured(app: Any, path: str, way: dict[str, str], name: str) -> float:
    """Print what one question costs; returns the median alone."""

    def ask(times: int) -> list[float]:
        spent = []
        with TestClient(app, base_url="https://testserver") as client:
            for _ in range(times):
                began = time.perf_counter()
                assert client.get(path, headers=way).status_code == 200
                spent.append(1000 * (time.perf_counter() - began))
        return spent

    (_, first) = ask(2)
    times = max(3, min(ALONE, round(3000 / first)))
    began = time.process_time()
    alone = sorted(ask(times))
    cpu = 1000 * (time.process_time() - began) / times
    turns = max(1, min(ASKS, round(500 / statistics.median(alone))))
    with ThreadPoolExecutor(CLIENTS) as pool:
        together = sorted(one for several in pool.map(ask, [turns] * CLIENTS) for one in several)
    p50, p95 = statistics.median(together), together[int(len(together) * 0.95)]
    median = statistics.median(alone)
    print(
        f"{name[:58]:<58} {median:>9.0f} {alone[-1]:>6.0f} {cpu:>6.0f} {p50:>7.0f} {p95:>6.0f}",
        flush=True,
    )
    return median


def _session(app: Any) -> dict[str, str]:
    """Sign in through the form; the cookie of that browser."""
    with TestClient(app, base_url="https://testserver") as client:
        form = client.get("/sign-in").text
        data = {"csrf": csrf_in(form), "username": "w.kade", "password": PASSWORD}
        client.post("/sign-in", data=data)
        return {"Cookie": f"klankbord_session={client.cookies['klankbord_session']}"}
