"""A real WordPress on loopback: Debian's package, on a database server of its own that ends with it.

Nothing of the machine's own WordPress, MariaDB or PHP configuration is read or written.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.databases import absent

CODE = Path("/usr/share/wordpress")
THEME = CODE / "wp-content" / "themes" / "twentytwentythree"
PROGRAMS = {
    "php": "php-cli",
    "mariadbd": "mariadb-server",
    "mariadb-install-db": "mariadb-server",
    "mariadb": "mariadb-client",
}
WAIT_S = 30.0
#: A password of a database that listens on no network and is gone after the test.
CONFIG = """<?php
define('DB_NAME', 'wp');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {{
  define($name . '_KEY', 'test');
  define($name . '_SALT', 'test');
}}
define('WP_HOME', 'http://{place}');
define('WP_SITEURL', 'http://{place}');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('WP_DEBUG', false);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
#: Reads a list of [function, arguments] on stdin, calls WordPress, and prints what each returned.
ACT = """<?php
$_SERVER['HTTP_HOST'] = '{place}';
if (in_array('--install', $argv)) define('WP_INSTALLING', true);
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/comment.php';
add_filter('pre_wp_mail', '__return_true');
add_filter('comment_flood_filter', '__return_false');
$results = [];
foreach (json_decode(stream_get_contents(STDIN), true) as [$name, $arguments]) {{
  $results[] = call_user_func_array($name, $arguments);
}}
echo "\\n", json_encode($results);
"""


@dataclass(frozen=True)
class WordPress:
    """A site; what is done to it goes through WordPress itself, as its editor would."""

    place: str
    folder: Path
    php: str

    def url(self, path: str) -> str:
        return f"http://{self.place}{path}"

    def call(self, *calls: tuple[str, list[Any]], install: bool = False) -> list[Any]:
        """What each WordPress function returned."""
        done = subprocess.run(
            [self.php, "-d", "display_errors=stderr", "act.php", *["--install"][: int(install)]],
            cwd=self.folder, input=json.dumps(calls), capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr or done.stdout
        results: list[Any] = json.loads(done.stdout.rsplit("\n", 1)[-1])
        return results

    def post(self, title: str, content: str, at: str) -> int:
        """Publish an article at a local time; its number."""
        article = {
            "post_title": title, "post_content": content, "post_status": "publish",
            "post_author": 1, "post_date": at, "comment_status": "open",
        }  # fmt: skip
        return int(self.call(("wp_insert_post", [article]))[0])

    def comments(self, article: int, *said: tuple[str, str, str], parent: int = 0) -> list[int]:
        """Approved comments as (name, text, local time); their numbers."""
        return [int(number) for number in self.call(*[
            ("wp_insert_comment", [{
                "comment_post_ID": article, "comment_author": name, "comment_content": text,
                "comment_date": at, "comment_approved": 1, "comment_parent": parent,
            }])
            for name, text, at in said
        ])]  # fmt: skip


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin")
    if found is None:
        absent(f"{name} is not installed (Debian: {PROGRAMS[name]})")
    assert found is not None
    return found


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], log: Path, **settings: Any) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, **settings)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until(ready: Any, log: Path) -> None:
    ends = time.monotonic() + WAIT_S
    while not ready():
        assert time.monotonic() < ends, log.read_text(errors="replace")[-2000:]
        time.sleep(0.1)


@contextmanager
def wordpress() -> Iterator[WordPress]:
    """A fresh site with addresses in words; skips by name where a program is missing."""
    if not (CODE / "wp-load.php").exists():
        absent("WordPress is not installed (Debian: wordpress)")
    if not THEME.exists():
        absent("WordPress has no theme (Debian: wordpress-theme-twentytwentythree)")
    php, server = _program("php"), _program("mariadbd")
    maker, client = _program("mariadb-install-db"), _program("mariadb")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kb-wp-")))
        site, data, line = folder / "site", folder / "db", folder / "s.sock"
        log = folder / "db.log"
        me = ["--user=root"] if os.geteuid() == 0 else []
        subprocess.run(
            [maker, "--no-defaults", f"--datadir={data}", "--skip-test-db",
             "--auth-root-authentication-method=normal", *me],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        stack.enter_context(_running(
            [server, "--no-defaults", f"--datadir={data}", f"--socket={line}", "--skip-networking",
             "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0",
             f"--pid-file={folder / 'db.pid'}", *me], log,
        ))  # fmt: skip
        say = [client, "--no-defaults", f"--socket={line}", "--user=root", "-e"]
        _until(lambda: subprocess.run([*say, "select 1"], capture_output=True).returncode == 0, log)
        subprocess.run([*say, "create database wp character set utf8mb4"], check=True, timeout=60)
        place = f"127.0.0.1:{_free_port()}"
        shutil.copytree(CODE, site, ignore=shutil.ignore_patterns("wp-config.php", "languages"))
        (site / "wp-config.php").write_text(CONFIG.format(socket=line, place=place))
        (site / "act.php").write_text(ACT.format(place=place))
        made = WordPress(place, site, php)
        made.call(
            ("wp_install", ["De Rietmeerbode", "redactie", "redactie@bode.example", True, "",
                            "een lang wachtwoord 7"]),
            install=True,
        )  # fmt: skip
        made.call(
            ("update_option", ["permalink_structure", "/%postname%/"]),
            ("update_option", ["timezone_string", "Europe/Amsterdam"]),
            ("wp_delete_comment", [1, True]),
            ("wp_delete_post", [1, True]),
            ("wp_delete_post", [2, True]),
            ("flush_rewrite_rules", []),
        )
        served = folder / "php.log"
        stack.enter_context(_running(
            [php, "-S", place, "-t", str(site)], served, cwd=site,
            env={**os.environ, "PHP_CLI_SERVER_WORKERS": "2"},
        ))  # fmt: skip
        _until(lambda: _answers(made.url("/feed/")), served)
        yield made


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return int(response.status) == 200
    except urllib.error.HTTPError as error:
        error.close()
        return error.code < 500
    except OSError:
        return False
