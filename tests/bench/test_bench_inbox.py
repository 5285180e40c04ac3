"""What the inbox costs at many hits: p50 and p95 per filter, and the worst three together.

    make bench ARGS="-k inbox"        100,000 hits; KLANKBORD_BENCH_HITS sets another number

Measured in one process through the ASGI application, without a network: server time alone.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from app.api.application import create_app
from app.services.house import House
from app.services.labels import current_run
from app.services.users import create_token
from app.storage.models import Hit, PostRow, Prediction
from tests import databases, factories
from tests.factories import DOSSIER, NOW, dossier_of

HITS = int(os.environ.get("KLANKBORD_BENCH_HITS", "100000"))
CLIENTS, ASKS = 20, 6
PLACE = f"/v1/dossiers/{DOSSIER}"
QUERIES = (
    "", "label=informatiebehoefte", "subLabel=I1", "status=gelabeld", "workState=nieuw",
    "owner=nobody", "urgency=h", "sentiment=negatief", "theme=aantal", "group=journalists",
    "withoutOwn=true", "question=true", "locality=unknown", "source=bode-example-feed",
    "threatCandidate=true", "from=2026-11-10&to=2026-11-12", "order=urgency", "text=hoeveel",
    "label=informatiebehoefte&from=2026-11-01&order=urgency&text=hoeveel",
)  # fmt: skip
WORDS = "Hoeveel mensen komen er in de opvang in Rietmeer?", "Ik vind de opvang in Rietmeer prima"


def _filled(house: House) -> None:
    """Many hits straight into the tables: this measures reading, not fetching."""
    chance = random.Random(7)
    factories.settle(house)
    with house.database.write() as session:
        dossier = dossier_of(session)
        run = current_run(house, session, dossier.id)
        source_id = 1
        base = {
            "organisation_id": dossier.organisation_id, "source_id": source_id, "title": "",
            "lang": "nl", "date_rule": "published", "is_repost": False, "revision": 1,
        }  # fmt: skip
        for start in range(0, HITS, 5_000):
            posts, hits, said = [], [], []
            for number in range(start, min(start + 5_000, HITS)):
                at = NOW - timedelta(minutes=number // 4, seconds=number % 60)
                kind = chance.randrange(4)
                key = f"{number:064x}"
                posts.append({**base, "id": number + 1, "post_key": key, "text": WORDS[kind % 2],
                    "published_at": at, "first_seen": at, "local_date": at.date(),
                    "content_hash": key})  # fmt: skip
                hits.append({"id": number + 1, "post_id": number + 1, "dossier_id": dossier.id,
                    "post_key": key, "published_at": at, "query_version_id": dossier.query_version_id,
                    "spans": [], "author": f"{number % 9000:064x}", "locality": "unknown",
                    "group_kind": "journalists" if kind == 3 else None,
                    "locality_reason": "", "own": False, "digest": key, "status": "gelabeld",
                    "is_i": kind == 0, "is_b": kind == 1, "is_s": kind == 2,
                    "is_question": kind == 0, "is_candidate": number % 500 == 0,
                    "codes": (" I1 ", " B2 ", " S1 ", "")[kind], "urgency": "hml"[min(2, number % 50)],
                    "sentiment": "negatief" if kind == 1 else "neutraal",
                    "theme": "aantal" if kind == 0 else "", "work_state": "nieuw", "priority": 0,
                    "version": 1, "stored_at": at})  # fmt: skip
                said.append({"run_id": run.id, "hit_id": number + 1, "digest": key, "created_at": at,
                    "output": {"status": "gelabeld", "labels": [], "sub_labels": []}})  # fmt: skip
            session.execute(insert(PostRow), posts)
            session.execute(insert(Hit), hits)
            session.execute(insert(Prediction), said)


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_the_inbox_under_each_filter(tmp_path: Path) -> None:
    url = databases.copied(databases.migrated_sqlite(tmp_path / "leeg.db"), tmp_path / "data")
    house = factories.house_at(url, tmp_path / "data")
    _filled(house)
    factories.person(house, "w.kade", "webcare")
    token = create_token(house, username="w.kade", role="webcare", dossier=DOSSIER, expires=None)
    way = {"Authorization": f"Bearer {token}"}
    app = create_app(house)
    print(f"\n{HITS} hits, SQLite, {CLIENTS} clients in one process")
    print(f"{'filter':<64} {'p50 ms':>8} {'p95 ms':>8}")
    for query in (*QUERIES, "facets"):
        path = f"{PLACE}/post-facets" if query == "facets" else f"{PLACE}/posts?{query}"

        def ask(_: int, path: str = path) -> list[float]:
            spent = []
            with TestClient(app, base_url="https://testserver") as client:
                for _turn in range(ASKS):
                    began = time.perf_counter()
                    assert client.get(path, headers=way).status_code == 200
                    spent.append(1000 * (time.perf_counter() - began))
            return spent

        alone = ask(0)
        with ThreadPoolExecutor(CLIENTS) as pool:
            together = sorted(one for several in pool.map(ask, range(CLIENTS)) for one in several)
        p95 = together[int(len(together) * 0.95)]
        print(f"{query or '(none)':<64} {statistics.median(alone):>8.0f} {p95:>8.0f}")
    house.close()
