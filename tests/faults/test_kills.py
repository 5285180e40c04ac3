"""SIGKILL at random moments over an import and over the stream: nothing lost, nothing double.

`KLANKBORD_KILLS` sets how often (4 by default, shared out); with `KLANKBORD_WRITE_MATRIX=1` the
figures go into `docs/sources.md`. Fetching is killed in `tests/e2e/test_kill.py`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fake_jetstream import jetstream
from tests.shell import INIT, SCRIPT, Shell, lines
from tests.web import rss, web

KILLS = int(os.environ.get("KLANKBORD_KILLS", "4"))
DOCUMENT = Path(__file__).parents[2] / "docs" / "sources.md"
WRITING = os.environ.get("KLANKBORD_WRITE_MATRIX") == "1"
ROWS, EVENTS = 200, 400
EXPORT = "export.ndjson"
D = ("--dossier", "de-zonnehoek")


def town(folder: Path, place: str) -> Shell:
    """A small town whose database is there, and that follows one empty feed."""
    with web() as site:
        site.pages["/feed"] = rss([])
        made = Shell(folder, site, extra={"KLANKBORD_FETCH_ALLOW_PRIVATE": place})
        (folder / "g.toml").write_text(INIT.replace("{address}", site.url("/feed")), "utf-8")
        made.ok("init", "--file", "g.toml")
    return made


def killed_at(shell: Shell, seconds: float, *arguments: str) -> bool:
    """Start a command and kill it after a while; false when it was done before."""
    process = subprocess.Popen(
        [str(SCRIPT), *arguments], env=shell.environment(), cwd=shell.folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def copy_of(shell: Shell, name: str) -> Shell:
    """The same town with data of its own."""
    target = shell.folder / name
    shutil.copytree(shell.folder / "data", target)
    return replace(shell, extra=shell.extra | {"KLANKBORD_DATA_DIR": str(target)})


def count(shell: Shell, table: str) -> int:
    folder = Path(shell.extra["KLANKBORD_DATA_DIR"])
    with sqlite3.connect(folder / "klankbord.db", timeout=20) as database:
        (number,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
    database.close()
    return int(number)


@pytest.mark.timeout(3000)
def test_an_import_that_is_killed_is_whole_or_not_there(tmp_path: Path) -> None:
    chance = random.Random(20261124)
    shell = town(tmp_path, "127.0.0.1:9")
    rows = "".join(
        f'{{"id":"{n}","text":"Bericht {n} over de opvang in Rietmeer aan de Molenweg",'
        f'"datum":"20-11-2026 09:{n % 60:02}"}}\n'
        for n in range(ROWS)
    )
    (tmp_path / EXPORT).write_text(rows, "utf-8")
    started = time.monotonic()
    done = json.loads(copy_of(shell, "geheel").ok("import", EXPORT, *D, "--json"))
    whole = time.monotonic() - started
    assert done["matched"] == ROWS
    killed = 0
    for number in range(max(1, KILLS // 2)):
        place = copy_of(shell, f"keer-{number}")
        killed += killed_at(place, chance.uniform(whole * 0.3, whole), "import", EXPORT, *D)
        stored = count(place, "post")
        assert stored in (0, ROWS), f"{stored} of {ROWS} posts"
        assert (count(place, "hit"), count(place, "import_post")) == (stored, stored)
    if not stored:
        place.ok("import", EXPORT, *D)
    assert count(place, "post") == ROWS
    keep("import", killed, ROWS)


@pytest.mark.timeout(3000)
def test_a_stream_that_is_killed_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    chance = random.Random(20261125)
    with jetstream() as bridge:
        shell = town(tmp_path, bridge.place)
        slug = shell.ok(
            "source", "add", bridge.url(), *D, "--kind", "bluesky", "--yes", "--on"
        ).strip()
        bridge.event("identity", "did:plc:begin")
        wanted = []
        for n in range(EVENTS):
            text = f"Bericht {n} over de opvang in Rietmeer aan de Molenweg"
            wanted.append(bridge.post(str(n), text if n % 2 else "een foto van mijn kat"))
        start_at(tmp_path, slug, bridge.events[0]["time_us"])
        killed = 0
        for _ in range(max(1, KILLS // 2)):
            killed += killed_at(shell, chance.uniform(0.8, 4.0), "stream", "--once")
        for _ in range(30):
            shell.ok("stream", "--once")
            if cursor_of(shell, slug) >= bridge.events[-1]["time_us"]:
                break
        rows = lines(shell.ok("posts", "export", *D, "--raw-ids", "--reason", "proef"))
        found = sorted(row["raw_id"] for row in rows)
        assert found == sorted(uri for n, uri in enumerate(wanted) if n % 2)
    keep("stream", killed, EVENTS)


def start_at(folder: Path, slug: str, cursor: int) -> None:
    with sqlite3.connect(folder / "data" / "klankbord.db", timeout=20) as database:
        database.execute("UPDATE source SET cursor = ? WHERE slug = ?", (str(cursor), slug))
    database.close()


def cursor_of(shell: Shell, slug: str) -> int:
    rows = json.loads(shell.ok("source", "list", "--json"))
    return next(int(row["cursor"] or 0) for row in rows if row["id"] == slug)


def keep(what: str, killed: int, number: int) -> None:
    """Note the figures in the document when asked to."""
    if not WRITING:
        return
    text = DOCUMENT.read_text("utf-8")
    head, _, rest = text.partition("<!-- kills -->\n")
    old, _, tail = rest.partition("<!-- /kills -->")
    rows = [row for row in old.splitlines() if row.startswith("| ") and f"| {what} |" not in row]
    table = [row for row in rows if not row.startswith(("| Wat", "|---"))]
    table.append(f"| {what} | {killed} | {number} | 0 | 0 |")
    lines_ = [
        "| Wat | Keer doodgemaakt | Berichten | Verloren | Dubbel |",
        "|---|---|---|---|---|",
        *sorted(table),
    ]
    body = "\n".join(lines_)
    DOCUMENT.write_text(f"{head}<!-- kills -->\n{body}\n<!-- /kills -->{tail}", "utf-8")
