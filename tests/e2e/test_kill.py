"""kill -9 in the middle of a fetch, many times: nothing lost, nothing double (trust.md §3).

`KLANKBORD_KILLS` sets how often; with `KLANKBORD_WRITE_MATRIX=1` the figure goes into
`docs/sources.md`, beside those of `tests/faults/test_kills.py`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.test_kills import keep
from tests.shell import INIT, SCRIPT, Shell, lines
from tests.web import rss, web

KILLS = int(os.environ.get("KLANKBORD_KILLS", "10"))
FEEDS, ITEMS = 4, 60
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def _posts(feed: int) -> list[tuple[str, str, datetime]]:
    return [
        (
            f"{feed}-{n}",
            f"Bericht {n} op plek {feed}: hoeveel mensen komen er in de opvang in Rietmeer?"
            if n % 3
            else f"Bericht {n} op plek {feed} over de markt van zaterdag",
            START + timedelta(minutes=n),
        )
        for n in range(ITEMS)
    ]


@pytest.mark.timeout(3000)
def test_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    chance = random.Random(20261124)
    with web() as site:
        for feed in range(FEEDS):
            site.pages[f"/feed/{feed}"] = rss(_posts(feed))
        town = Shell(tmp_path, site)
        text = INIT.replace("{address}", site.url("/feed/0"))
        for feed in range(1, FEEDS):
            text += f'\n[[source]]\naddress = "{site.url(f"/feed/{feed}")}"\n'
        (tmp_path / "gemeente.toml").write_text(text, "utf-8")
        town.ok("init", "--file", "gemeente.toml")
        started = time.monotonic()
        town.ok("fetch", "--all", KLANKBORD_DATA_DIR=str(_copy(tmp_path)))
        whole = time.monotonic() - started
        killed = rounds = 0
        while killed < KILLS and rounds < 4 * KILLS:
            rounds += 1
            for feed in range(
                FEEDS
            ):  # something new every time, so that there is work to interrupt
                site.pages[f"/feed/{feed}"] = rss(_posts(feed)[: 10 + rounds % (ITEMS - 10)])
            process = subprocess.Popen(
                [str(SCRIPT), "fetch", "--all", "--json"],
                env=town.environment(), cwd=tmp_path,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            time.sleep(chance.uniform(whole * 0.25, whole * 0.95))
            killed += process.poll() is None
            process.kill()
            process.wait()
        assert killed == KILLS
        for feed in range(FEEDS):
            site.pages[f"/feed/{feed}"] = rss(_posts(feed))
        done = town.run("fetch", "--all", "--json")
        assert done.returncode == 0, done.stderr
        assert {line["reason"] for line in lines(done.stdout)} <= {"ok", "not-modified"}
        rows = lines(
            town.ok(
                "posts", "export", "--dossier", "de-zonnehoek", "--raw-ids", "--reason", "proef"
            )
        )
        found = sorted(row["raw_id"] for row in rows)
        wanted = sorted(f"{feed}-{n}" for feed in range(FEEDS) for n in range(ITEMS) if n % 3)
        assert found == wanted
        kept = lines(town.ok("posts", "export", "--dossier", "de-zonnehoek", "--buffer"))
        assert len(kept) == FEEDS * ITEMS
        assert len({row["post_key"] for row in kept}) == FEEDS * ITEMS
        report = json.loads(town.ok("report", "--dossier", "de-zonnehoek", "--format", "json"))
        assert report["counts"]["posts"] == len(wanted)
        assert town.run("verify").returncode == 0
    keep("fetch", killed, FEEDS * ITEMS)


def _copy(folder: Path) -> Path:
    import shutil

    target = folder / "proef"
    shutil.copytree(folder / "data", target)
    return target
