"""What an edition costs, and the pages around it with twenty readers (run with `-m bench -s`).

KLANKBORD_BENCH_POSTS sets how many posts the pages stand on (100,000).
"""

from __future__ import annotations

import os
import random
import re
import resource
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from analysis.records import LABELS
from app.api.application import create_app
from app.services import reports
from app.services.house import House
from app.services.labels import as_output
from app.services.reports import newest_edition
from app.services.store import hit_digest
from app.services.verify import verify
from app.storage import labels as label_rows
from app.storage.models import Hit, PostRow, Prediction, QueryVersion, SourceRow
from tests import databases
from tests import factories as the
from tests.fakes import of_codes

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
CODES = [("I1",), ("B3",), ("B1",), ("S1",), ("S4",), ("B5",), ("I4",)]
PAGE_POSTS = int(os.environ.get("KLANKBORD_BENCH_POSTS", "100000"))
READERS, TURNS = 20, 4
TEXTS = [
    "Hoeveel mensen komen er in de opvang in Rietmeer, en wanneer precies?",
    "Weer niets gehoord van de gemeente, het zwembad ging ook zo. Dat azc komt er gewoon.",
    "Ik heb een busje en zaterdag vrij: wie kan hulp gebruiken bij de noodopvang? https://bode.example/x",
]


def filled(url: str, folder: Path, posts: int) -> House:
    """A house with so many posts on one day, the morning after: straight into the tables."""
    house = the.house_at(url, folder)
    the.settle(house)
    chance = random.Random(posts)
    start = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    outputs = [as_output(of_codes(*codes, question=codes[0][0] == "I")) for codes in CODES]
    with house.database.write() as session:
        dossier = the.dossier_of(session)
        labeller = house.labeller
        run = label_rows.activate_run(
            session, dossier.id, labeller.name, labeller.model, labeller.guide, start
        )
        source = session.query(SourceRow).one()
        version = session.get_one(QueryVersion, dossier.query_version_id)
        rows, hits, said = [], [], []
        for n in range(posts):
            key = f"{n:064x}"
            at = start + timedelta(seconds=chance.randrange(82_000))
            output = outputs[n % len(outputs)]
            author = f"{chance.randrange(posts // 2 + 1):064x}"
            rows.append(
                {
                    "id": n + 1, "post_key": key, "organisation_id": source.organisation_id,
                    "source_id": source.id, "title": "", "text": TEXTS[n % 3], "lang": "nl",
                    "published_at": at, "date_rule": "published", "first_seen": at,
                    "local_date": date(2026, 11, 20), "content_hash": key, "is_repost": False,
                    "revision": 1,
                }
            )  # fmt: skip
            hits.append(
                {
                    "id": n + 1, "post_id": n + 1, "dossier_id": dossier.id, "post_key": key,
                    "published_at": at, "query_version_id": version.id, "spans": [],
                    "author": author, "locality": "unknown", "locality_reason": "", "own": False,
                    "digest": hit_digest(key, dossier.slug, version.digest, author),
                    "status": "gelabeld", "work_state": "nieuw", "priority": 0, "version": 1,
                    **{
                        flag: name in output["labels"]
                        for flag, name in zip(("is_i", "is_b", "is_s"), LABELS, strict=True)
                    },
                    "is_question": False,
                    "is_candidate": False, "codes": "", "urgency": "l", "sentiment": "", "theme": "",
                    "stored_at": at,
                }
            )  # fmt: skip
            said.append(
                {
                    "run_id": run.id, "hit_id": n + 1, "output": output,
                    "digest": label_rows.output_digest(key, output), "created_at": at,
                }
            )  # fmt: skip
        for model, several in ((PostRow, rows), (Hit, hits), (Prediction, said)):
            session.execute(insert(model), several)
    the.at(house, datetime(2026, 11, 21, 8, 0, tzinfo=UTC))
    return house


@pytest.mark.parametrize("posts", [1_000, 10_000, 100_000])
def test_bench_edition(sqlite_template: Path, tmp_path: Path, posts: int) -> None:
    house = filled(databases.copied(sqlite_template, tmp_path), tmp_path, posts)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, worked = time.perf_counter(), time.process_time()
    edition = newest_edition(house, the.DOSSIER, date(2026, 11, 20))
    took, worked = time.perf_counter() - began, time.process_time() - worked
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert edition.document["counts"]["posts"] == posts
    began = time.perf_counter()
    with house.database.read() as session:
        assert not reports.missing_days(session, the.dossier_of(session), house.clock.now())
    again = time.perf_counter() - began
    print(
        f"\nedition of {posts:>7} posts: {took:6.2f} s, {worked:6.2f} s of processor, "
        f"{1e6 * worked / posts:6.0f} µs a post, "
        f"+{grown:5.0f} MiB, due-question {1000 * again:.1f} ms"
    )
    if posts <= 10_000:
        began = time.perf_counter()
        assert verify(house)["equal"] == 1
        print(f"verify of {posts:>7} posts: {time.perf_counter() - began:6.2f} s")
    house.close()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_bench_pages(
    sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    """Twenty readers at once on the pages around a report; server time, in one process."""
    url = databases.copied(sqlite_template, tmp_path)
    if database == "postgresql":
        url = databases.emptied(request.getfixturevalue("postgres_url"))
    house = filled(url, tmp_path, PAGE_POSTS)
    newest_edition(house, the.DOSSIER, date(2026, 11, 20))
    the.person(house, "a.dijk", "adviseur")
    client = TestClient(create_app(house), base_url="https://testserver")
    way = signed_in(client)
    home = f"/dossiers/{the.DOSSIER}"
    pages = {
        "overview": "/",
        "report": f"{home}/reports/2026-11-20",
        "behind a number": f"{home}/posts?edition=2026-11-20.1&behind=code:B3",
        "posts": f"{home}/posts",
        "posts, one label": f"{home}/posts?label=betekenisgeving",
        "moments": f"{home}/moments",
    }
    print(f"\n{PAGE_POSTS} posts, {database}, {READERS} readers in one process, ms")
    for name, path in pages.items():

        def ask(_: int, path: str = path) -> list[float]:
            spent = []
            for _turn in range(TURNS):
                began = time.perf_counter()
                assert client.get(path, headers=way).status_code == 200
                spent.append(1000 * (time.perf_counter() - began))
            return spent

        worked = time.process_time()
        alone = statistics.median(ask(0))
        worked = 1000 * (time.process_time() - worked) / TURNS
        with ThreadPoolExecutor(READERS) as pool:
            together = sorted(one for several in pool.map(ask, range(READERS)) for one in several)
        p50, p95 = together[len(together) // 2], together[int(len(together) * 0.95)]
        print(
            f"{name:<32} alone {alone:7.0f} (processor {worked:6.0f})  p50 {p50:7.0f}  p95 {p95:7.0f}"
        )
    house.close()


def signed_in(client: TestClient) -> dict[str, str]:
    """The cookie of an adviser."""
    form = re.search(r'name="csrf" value="([^"]*)"', client.get("/sign-in").text)
    assert form is not None
    values = {"csrf": form[1], "username": "a.dijk", "password": the.PASSWORD}
    assert client.post("/sign-in", data=values, follow_redirects=False).status_code == 303
    cookie = client.cookies["klankbord_session"]
    client.cookies.clear()
    return {"Cookie": f"klankbord_session={cookie}"}
