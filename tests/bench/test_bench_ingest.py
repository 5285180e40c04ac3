"""Ingest of 200 loopback feeds of 50 items: a first round, an unchanged one, and one with five new
and one edited item per feed; half of the feeds have validators. Labelling stands apart: the labeller
answers at once. Beside it lemon24/reader in the same run, where `KLANKBORD_BENCH_READER` names a
Python that has it.

Run by hand: `make bench ARGS="tests/bench/test_bench_ingest.py"`. CPU time of the whole process with
the child that reads feeds; the server is a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import sources
from app.services.ingest import fetch_sources
from app.services.sourcing import chosen_sources
from app.storage.models import BufferRow, PostRow
from tests import factories as the

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1_200)]

FEEDS, ITEMS, NEW = 200, 50, 5
BAR_CPU_S = 0.5
READER = """
import json, resource, sys, time, re
from reader import make_reader
port, feeds, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
reader = make_reader(path)
for n in range(feeds):
    reader.add_feed(f"http://127.0.0.1:{port}/feed/{n}")
import urllib.request
for turn in (0, 0, 1):
    urllib.request.urlopen(f"http://127.0.0.1:{port}/ronde/{turn}").read()
    wall, cpu = time.monotonic(), time.process_time()
    reader.update_feeds(workers=4, scheduled=False)
    print(json.dumps([time.process_time() - cpu, time.monotonic() - wall,
                      reader.get_entry_counts().total]), flush=True)
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
print(json.dumps(int(peak.group(1)) / 1024))
"""


@pytest.fixture
def farm() -> Iterator[int]:
    """The port of a running farm."""
    script = Path(__file__).with_name("feed_farm.py")
    process = subprocess.Popen(
        [sys.executable, str(script), str(FEEDS), str(ITEMS)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield int(process.stdout.readline())
    process.kill()
    process.wait()
    process.stdout.close()


def turn(port: int, number: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/ronde/{number}") as answer:
        answer.read()


def cpu() -> float:
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def measured(work: Callable[[], int]) -> tuple[float, float, int]:
    """(CPU seconds, wall seconds, items); the reading child is ended, so that it is counted."""
    began, wall = cpu(), time.monotonic()
    items = work()
    sources.get("feed").close()  # type: ignore[attr-defined]
    return cpu() - began, time.monotonic() - wall, items


def peak() -> float:
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found.group(1)) / 1024 if found else 0.0


def test_two_hundred_feeds(database_url: str, farm: int, tmp_path: Path) -> None:
    Path("/proc/self/clear_refs").write_text("5")
    house = the.house_at(
        database_url, tmp_path, fetch_allow_private=f"127.0.0.1:{farm}", fetch_interval_s=60
    )
    addresses = [f"http://127.0.0.1:{farm}/feed/{n}" for n in range(FEEDS)]
    the.set_up(house, the.init_file(*addresses, query_text="opvang* AND Rietmeer"))

    def fetch() -> int:
        ids = chosen_sources(house, everything=True, slug=None)
        outcomes = list(fetch_sources(house, ids))
        assert {outcome.reason for outcome in outcomes} <= {"ok", "not-modified"}
        return sum(outcome.new + outcome.changed for outcome in outcomes)

    name = "PostgreSQL" if database_url.startswith("postgresql") else "SQLite"
    rows = []
    for title, number in (("first", 0), ("unchanged", 0), ("changed", 1)):
        turn(farm, number)
        rows.append((title, *measured(fetch)))
    with house.database.read() as session:
        stored = session.query(PostRow).count() + session.query(BufferRow).count()
    house.close()
    assert stored == FEEDS * (ITEMS + NEW)
    print(f"\nklankbord on {name}, {FEEDS} feeds of {ITEMS} items")
    for title, seconds, wall, items in rows:
        per = seconds / max(items, 1) * 1000
        print(
            f"  {title:<10} {seconds:6.2f} CPU s  {wall:6.2f} s  {items:6} items  {per:6.3f} CPU s/1,000"
        )
    print(f"  peak {peak():.0f} MiB, {stored} stored")
    first = rows[0]
    print(f"  aim {BAR_CPU_S} CPU s per 1,000 items: {first[1] / first[3] * 1000:.3f}")


def test_reader_beside_it(farm: int, tmp_path: Path) -> None:
    python = os.environ.get("KLANKBORD_BENCH_READER")
    if not python:
        pytest.skip("KLANKBORD_BENCH_READER names no Python with lemon24/reader")
    done = subprocess.run(
        [python, "-c", READER, str(farm), str(FEEDS), str(tmp_path / "reader.db")],
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    *rounds, top = (json.loads(line) for line in done.stdout.splitlines())
    print("\nlemon24/reader on SQLite")
    before = 0
    for title, (seconds, wall, total) in zip(
        ("first", "unchanged", "changed"), rounds, strict=True
    ):
        items = total - before
        per = seconds / max(items, 1) * 1000
        print(
            f"  {title:<10} {seconds:6.2f} CPU s  {wall:6.2f} s  {items:6} items  {per:6.3f} CPU s/1,000"
        )
        before = total
    print(f"  peak {top:.0f} MiB")
