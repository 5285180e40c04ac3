"""A feed server that is not ours: nginx on loopback, fetched twice, the second time 304."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.databases import absent
from tests.shell import INIT, Shell, lines
from tests.web import Web, rss

FEED = rss(
    [
        (str(n), f"Vraag {n}: hoeveel mensen komen er in de opvang in Rietmeer?",
         datetime(2026, 11, 20, 9, n, tzinfo=UTC))
        for n in range(20)
    ]
)  # fmt: skip

CONFIGURATION = """
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  types {{ application/rss+xml rss; text/plain txt; }}
  gzip on; gzip_types application/rss+xml; gzip_min_length 0;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        absent("nginx is not installed (Debian: nginx-light)")
    assert found is not None
    return found


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Web]:
    """nginx with one feed; `Web.pages` stays empty, the files are its own."""
    binary, port, folder = program(), free_port(), tmp_path / "nginx"
    (folder / "www").mkdir(parents=True)
    (folder / "www" / "feed.rss").write_bytes(FEED.body)
    (folder / "www" / "robots.txt").write_text("User-agent: *\nAllow: /\n")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        CONFIGURATION.format(folder=folder, port=port, user=user), "utf-8"
    )
    process = subprocess.Popen(
        [
            binary,
            "-e",
            str(folder / "error.log"),
            "-p",
            str(folder),
            "-c",
            str(folder / "nginx.conf"),
        ]
    )
    try:
        _wait_for(port, process)
        yield Web(f"127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert process.poll() is None, "nginx did not start"
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def test_nginx_is_fetched_twice_and_the_second_time_nothing_changed(
    nginx: Web, tmp_path: Path
) -> None:
    town = Shell(tmp_path, nginx)
    (tmp_path / "g.toml").write_text(INIT.replace("{address}", nginx.url("/feed.rss")), "utf-8")
    town.ok("init", "--file", "g.toml")
    (first,) = lines(town.ok("fetch", "--all", "--json"))
    (second,) = lines(town.ok("fetch", "--all", "--json"))
    assert (first["reason"], first["new"]) == ("ok", 20)
    assert (second["reason"], second["new"]) == ("not-modified", 0)
    log = (tmp_path / "nginx" / "access.log").read_text("utf-8")
    answers = [line.split('"')[2].split()[0] for line in log.splitlines() if "/feed.rss" in line]
    assert answers == ["200", "304"]
