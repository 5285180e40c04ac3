"""Every command with missing, malformed and hostile arguments: one clear line, nothing half-written.

The commands run in this process, so that hundreds of rows cost seconds; `test_contracts.py` runs the
console script itself.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli.commands import COMMANDS, GROUPS, app
from app.cli.main import run
from tests import databases
from tests.shell import INIT, NOW

D = ("--dossier", "de-zonnehoek")
LIST = (
    "--name",
    "Pers",
    "--kind",
    "journalists",
    "--reason",
    "openbaar",
    "--expires",
    "2027-01-01",
)
BAD = "\udcff"


@dataclass
class Desk:
    """Runs a command here and now, with an environment and a data folder of its own."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, *words: str, stdin: bytes = b"", **environment: str) -> tuple[int, str, str]:
        with self.monkeypatch.context() as scene:
            for name, value in environment.items():
                scene.setenv(name, value)
            scene.setattr(
                sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8", "surrogateescape")
            )
            code = run(app, words)
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def wrong(self, *words: str, stdin: bytes = b"", code: int = 2, **environment: str) -> str:
        got, out, err = self.run(*words, stdin=stdin, **environment)
        assert got == code, err
        assert out == ""
        told = [line for line in err.splitlines() if line.startswith("klankbord: ")]
        assert len(told) == 1, err
        assert "Traceback" not in err
        assert len(told[0]) < 600
        return told[0]

    def rows(self) -> dict[str, int]:
        """How many rows every table holds."""
        from sqlalchemy import create_engine, inspect, text

        path = self.folder / "data" / "klankbord.db"
        if not path.exists():
            return {}
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            counted = {
                name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
                for name in inspect(engine).get_table_names()
            }
        engine.dispose()
        return counted


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    sqlite_template: Path,
) -> Desk:  # fmt: skip
    """A small town whose one source answers nothing."""
    for name, value in {
        "KLANKBORD_DATA_DIR": str(tmp_path / "data"),
        "KLANKBORD_CLOCK": NOW.isoformat(),
        "KLANKBORD_FETCH_ALLOW_PRIVATE": "127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    databases.copied(sqlite_template, tmp_path / "data")
    made = Desk(tmp_path, monkeypatch, capsys)
    file = INIT.replace("{address}", "http://127.0.0.1:9/feed")
    assert made.run("init", "--file", "-", stdin=file.encode())[0] == 0
    return made


#: Arguments and what the line must name.
ROWS: list[tuple[tuple[str, ...], str]] = [
    # nothing given
    (("fetch", "--source"), "--source"),
    (("report",), "--dossier"),
    (("relabel",), "--dossier"),
    (("label",), "--posts"),
    (("query", "check"), "BESTAND"),
    (("query", "match"), "--cases"),
    (("source", "add"), "ADRES"),
    (("source", "add", "http://a.example/"), "--dossier"),
    (("posts", "export"), "--dossier"),
    (("list", "add"), "ACCOUNTS"),
    (("list", "add", "@a"), "--dossier"),
    (("list", "import"), "FILE"),
    (("list", "show"), "--dossier"),
    (("user", "add"), "USERNAME"),
    (("user", "add", "n.hofstra"), "--name"),
    (("token", "create"), "--user"),
    (("query",), "Welk commando"),
    (("posts",), "Welk commando"),
    (("token",), "Welk commando"),
    # nothing of that name
    (("report", "--dossier", "weg"), "weg"),
    (("report", "--dossier", ""), "dossier"),
    (("verify", "--dossier", "weg"), "weg"),
    (("relabel", "--dossier", "weg"), "weg"),
    (("posts", "export", "--dossier", "weg"), "weg"),
    (("source", "list", "--dossier", "weg"), "weg"),
    (("list", "show", "--dossier", "weg"), "weg"),
    (("fetch", "--source", "weg"), "weg"),
    (("token", "create", "--user", "weg", "--role", "lezer", *D), "weg"),
    (("label", "--posts", "-", "--labeller", "weg"), "weg"),
    (("model", "card", "--labeller", "weg"), "weg"),
    (("source", "add", "http://a.example/", "--dossier", "weg", "--yes"), "weg"),
    (("source", "add", "http://a.example/", *D, "--kind", "weg", "--yes"), "weg"),
    (("source", "kinds", "weg"), "weg"),
    # requests of data subjects
    (("subject", "find"), "--dossier"),
    (("subject", "find", *D), "--reason"),
    (("subject", "find", *D, "--reason", "verzoek 1"), "handle"),
    (("subject", "find", *D, "--handle", "@a", "--url", "http://a.example/", "--reason", "b"), "niet allebei"),
    (("subject", "find", "--dossier", "weg", "--handle", "@a", "--reason", "b"), "weg"),
    (("subject", "find", *D, "--handle", "@jan", "--reason", "Jan vroeg het"), "reden"),
    (("subject", "export", *D, "--url", "geen adres", "--reason", "verzoek 1"), "webadres"),
    (("subject", "export", *D, "--handle", "@", "--reason", "verzoek 1"), "account"),
    (("subject", "erase", *D, "--handle", "@a" + "b" * 400, "--reason", "verzoek 1"), "account"),
    (("subject", "erase", *D, "--handle", "@a", "--reason", "  "), "waarom"),
    (("subject", "erase", *D, "--handle", "@a", "--reason", "x" * 600), "waarom"),
    (("subject", "erase", *D, "--handle", BAD, "--reason", "verzoek 1"), "UTF-8"),
    # days that are none
    (("report", *D, "--date", "2026-02-30"), "--date"),
    (("report", *D, "--date", ""), "--date"),
    (("report", *D, "--date", "20261120T00:00"), "--date"),
    (("posts", "export", *D, "--from", "gisteren"), "--from"),
    (("posts", "export", *D, "--to", "2026-1-1"), "--to"),
    (("posts", "export", *D, "--from", "2026-11-20", "--to", "2026-11-19"), "--to"),
    (("token", "create", "--user", "a", "--role", "lezer", *D, "--expires", "nooit"), "--expires"),
    (("token", "create", "--user", "a", "--role", "lezer", *D, "--expires", "9999-12-31"), "eind"),
    (("list", "add", "@a", *D, *LIST[:-1], "9999-12-31"), "expires"),
    (("list", "add", "@a", *D, *LIST[:-1], "2020-01-01"), "verleden"),
    # numbers that are none
    (("report", *D, "--edition", "een"), "--edition"),
    (("report", *D, "--edition", "-1"), "--edition"),
    (("report", *D, "--edition", "9" * 30), "--edition"),
    (("demo", "--port", "0"), "--port"),
    (("serve", "--port", "99999"), "--port"),
    # words that do not exist
    (("report", *D, "--format", "pdf"), "pdf"),
    (("token", "create", "--user", "a", "--role", "baas", *D), "baas"),
    (("list", "add", "@a", *D, "--name", "P", "--kind", "buren", "--reason", "r", "--expires",
      "2027-01-01"), "kind"),
    (("list", "add", "@", *D, *LIST), "account"),
    (("list", "add", "bron:weg", *D, *LIST), "weg"),
    (("list", "add", "@" + "a" * 290, *D, *LIST), "account"),
    (("retain", "alles"), "alles"),
    (("verify", "--alles"), "--alles"),
    (("migrate", "terug"), "terug"),
    (("fetch", "--all", "--source", "a"), "--source"),
    (("demo", "--json"), "--once"),
    (("posts", "export", *D, "--raw-ids"), "--reason"),
    (("posts", "export", *D, "--raw-ids", "--reason", "  "), "--reason"),
    # files that are none
    (("init", "--file", "/dev/null/weg"), "/dev/null/weg"),
    (("init", "--file", "/"), "/"),
    (("label", "--posts", "weg.ndjson"), "weg.ndjson"),
    (("query", "check", "weg.txt"), "weg.txt"),
    (("query", "match", "--cases", "weg.ndjson"), "weg.ndjson"),
    (("query", "check", "-", "--terms", "weg.json"), "weg.json"),
    (("list", "import", "weg.txt", *D, *LIST), "weg.txt"),
    # hostile bytes
    (("report", "--dossier", BAD), "UTF-8"),
    (("fetch", "--source", BAD), "UTF-8"),
    (("init", "--file", BAD), "UTF-8"),
    (("user", "add", BAD, "--name", "x", "--role", "lezer"), "UTF-8"),
    ((BAD,), "UTF-8"),
    (("report", "--dossier", "' OR 1=1 --"), "OR 1=1"),
    (("report", "--dossier", "a" * 400), "dossier"),
    (("fetch", "--source", "\n\x1b[31mrood"), "rood"),
    # imports and questions of the desk
    (("import",), "--dossier"),
    (("import", *D), "BESTAND"),
    (("import", "weg.csv", *D), "weg.csv"),
    (("import", "weg.csv", "--dossier", "weg"), "weg"),
    (("import", *D, "--undo", "99"), "99"),
    (("import", *D, "--question", "  "), "vraag"),
    (("import", *D, "--question", "Wat kost het?", "--heard-at", "gisteren"), "--heard-at"),
    # what is proposed
    (("proposal", "list", "--dossier", "weg"), "weg"),
    (("proposal", "approve", "99", *D, "--reason", "past"), "99"),
    (("proposal", "reject", "een", *D, "--reason", "past niet"), "een"),
    (("proposal", "approve", "plek-1", *D), "--reason"),
    # sources on, off, and as a list
    (("source", "on", "weg"), "weg"),
    (("source", "off", "weg"), "weg"),
    (("source", "import-opml", "weg.opml", *D), "weg.opml"),
    (("source", "export-opml", "--dossier", "weg"), "weg"),
    (("stream", "--seconds", "lang"), "--seconds"),
    # tuning a query
    (("query", "preview", "weg.txt", *D), "weg.txt"),
    (("query", "diff", *D, "--old", "99", "--new", "1"), "99"),
    (("query", "terms", *D, "--version", "99"), "99"),
    (("query", "probe", *D, "--id", "99"), "99"),
    (("query", "export", "weg.txt"), "weg.txt"),
    # models
    (("model", "train", "--corrections", "weg.jsonl"), "weg.jsonl"),
    (("model", "corrections", "--dossier", "weg", "--reason", "bijtrainen"), "weg"),
    (("model", "corrections", *D), "--reason"),
    (("model", "evaluate", "--set", "weg"), "weg"),
    (("model", "promote", "--from", "weg"), "weg"),
    # places that may not be followed
    (("source", "add", "", *D, "--yes"), "webadres"),
    (("source", "add", "http://[::1", *D, "--yes"), "webadres"),
    (("source", "add", "file:///etc/passwd", *D, "--yes"), "webadres"),
    (("source", "add", "http://a.example:99999/", *D, "--yes"), "webadres"),
    (("source", "add", "http://a.example/" + "a" * 5000, *D, "--yes"), "webadres"),
    (("source", "add", "https://chat.whatsapp.com/abc", *D, "--yes"), ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "named"), ROWS, ids=lambda value: repr(value)[:60])
def test_what_is_wrong_is_one_line_and_changes_nothing(
    desk: Desk, words: tuple[str, ...], named: str
) -> None:
    before = desk.rows()
    line = desk.wrong(*words, stdin=b"een lang wachtwoord 7\n")
    assert named in line
    assert "\x1b" not in line
    assert desk.rows() == before


def test_every_command_has_a_row_here() -> None:
    known = {(name,) for name, _ in COMMANDS}
    known |= {(name, command) for name, _, commands in GROUPS for command in commands}
    seen = {words[: len(name)] for words, _ in ROWS for name in known if words[: len(name)] == name}
    elsewhere = {("worker",), ("doctor",)}
    assert known - seen - elsewhere == set()


@pytest.mark.parametrize("command", ["init", "label", "query match", "query check", "list import"])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00rommel", b"\x00" * 100, b""])
def test_a_file_of_rubbish_breaks_nothing(desk: Desk, command: str, content: bytes) -> None:
    words = {
        "init": ("init", "--file", "-"),
        "label": ("label", "--posts", "-"),
        "query match": ("query", "match", "--cases", "-"),
        "query check": ("query", "check", "-"),
        "list import": ("list", "import", "-", *D, *LIST),
    }[command]
    before = desk.rows()
    code, _, err = desk.run(*words, stdin=content)
    assert code in (0, 1, 2)
    assert "Traceback" not in err
    if command in ("init", "list import"):
        assert code == 2
    assert desk.rows() == before


def test_terms_that_are_no_lists_are_refused(desk: Desk) -> None:
    for text in ("[]", '{"plaatsnaam": "x"}', '{"plaatsnaam": [1]}', "{", "[" * 100_000):
        file = desk.folder / "termen.json"
        file.write_text(text, "utf-8")
        assert "termen.json" in desk.wrong("query", "check", "-", "--terms", str(file), stdin=b"a")


@pytest.mark.parametrize(
    "password", [b"", b"\n", b"kort\n", b"aaaaaaaaaaaaaaaaaa\n", b"\xff\xfe een lang wachtwoord\n"]
)
def test_a_password_that_cannot_be_is_refused(desk: Desk, password: bytes) -> None:
    before = desk.rows()
    desk.wrong("user", "add", "n.hofstra", "--name", "N", "--role", "lezer", stdin=password)
    assert desk.rows() == before


@pytest.mark.parametrize(
    ("environment", "code", "named"),
    [
        ({"KLANKBORD_CLOCK": "morgen"}, 2, "KLANKBORD_CLOCK"),
        ({"KLANKBORD_CLOCK": "0001-01-01T00:00:00+01:00"}, 2, "KLANKBORD_CLOCK"),
        ({"KLANKBORD_CLOCK": "9999-12-31T23:59:59-01:00"}, 2, "KLANKBORD_CLOCK"),
        ({"KLANKBORD_DATABASE_URL": "sqlite://"}, 2, "KLANKBORD_DATABASE_URL"),
        ({"KLANKBORD_DATABASE_URL": "sqlite:///:memory:"}, 2, "KLANKBORD_DATABASE_URL"),
        ({"KLANKBORD_DATABASE_URL": "postgresql+psycopg://h:poort/x"}, 2, "KLANKBORD_DATABASE_URL"),
        ({"KLANKBORD_DATABASE_URL": "postgresql://127.0.0.1/x"}, 2, "postgresql+psycopg"),
        ({"KLANKBORD_DATABASE_URL": "sqlite:////proc/1/weg/x.db"}, 3, "database"),
        ({"KLANKBORD_DATABASE_URL": "sqlite:////"}, 3, "database"),
        ({"KLANKBORD_FETCH_PARALLEL": "0"}, 2, "KLANKBORD_FETCH_PARALLEL"),
        ({"KLANKBORD_LOG_LEVEL": "hard"}, 2, "KLANKBORD_LOG_LEVEL"),
        ({"KLANKBORD_FETCH_ALLOW_PRIVATE": "overal"}, 2, "KLANKBORD_FETCH_ALLOW_PRIVATE"),
        ({"KLANKBORD_SECRET_FILE": "/"}, 2, "KLANKBORD_SECRET_FILE"),
        ({"KLANKBORD_DATA_DIR": "/dev/null/weg"}, 3, ""),
    ],
)  # fmt: skip
def test_a_setting_that_is_wrong_is_named(
    desk: Desk, environment: dict[str, str], code: int, named: str
) -> None:
    assert named in desk.wrong("fetch", "--all", code=code, **environment)


def test_an_empty_variable_is_as_if_it_were_not_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    monkeypatch.chdir(tmp_path)
    code, _, _ = desk.run("migrate", KLANKBORD_DATA_DIR="", KLANKBORD_FETCH_PARALLEL="")
    assert code == 0
    assert (tmp_path / "xdg" / "klankbord" / "klankbord.db").exists()
    assert not (tmp_path / "klankbord.db").exists()


def test_a_fault_of_our_own_shows_where_and_is_no_success(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(*_: object) -> None:
        raise ZeroDivisionError("delen door nul")

    monkeypatch.setattr("app.services.verify.verify", stumbles)
    code, out, err = desk.run("verify")
    assert (code, out) == (3, "")
    assert "delen door nul" in err
    assert err.splitlines()[-1].startswith("klankbord: ")


def test_json_and_nothing_else_stands_on_stdout(desk: Desk) -> None:
    for words in (
        ("source", "list", "--json"), ("source", "kinds", "--json"), ("doctor", "--json"),
        ("doctor", "--settings", "--json"), ("retain", "--json"), ("verify",), ("verify", "--json"),
        ("list", "show", *D, "--json"), ("relabel", *D, "--json"), ("model", "card", "--json"),
    ):  # fmt: skip
        _, out, _ = desk.run(*words)
        assert json.loads(out) is not None, words
