"""Every row of the contracts, run as an outside tool would: the console script and its exit code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import rfc8785

from app.storage.migrate import head
from tests.shell import INIT, NOW, Shell, lines
from tests.web import Answer, rss, web

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

POSTS = [
    ("1", "Hoeveel mensen komen er in de opvang aan de Molenweg in Rietmeer?", NOON),
    ("2", "Ik schrik van het plan voor noodopvang in Rietmeer, dit is te veel. @buurman", NOON),
    ("3", "Voetbalvereniging wint met 3-0 van de buren", NOON),
]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """One small town, set up, fetched and reported once for the whole module."""
    folder = tmp_path_factory.mktemp("rietmeer")
    with web() as site:
        site.pages["/feed"] = rss(POSTS)
        site.pages["/robots.txt"] = Answer(b"User-agent: *\nAllow: /\n", 200, "text/plain")
        town = Shell(folder, site)
        (folder / "gemeente.toml").write_text(INIT.replace("{address}", site.url("/feed")), "utf-8")
        made = town.ok(
            "init", "--file", "gemeente.toml", KLANKBORD_CLOCK="2026-11-19T09:00:00+01:00"
        )
        assert "zoekopdracht versie 1" in made
        town.ok("fetch", "--all", KLANKBORD_CLOCK="2026-11-20T21:00:00+01:00")
        yield town


def test_init_a_second_time_changes_nothing(shell: Shell) -> None:
    assert "niets veranderd" in shell.ok("init", "--file", "gemeente.toml")


def test_init_reads_standard_input(shell: Shell) -> None:
    text = (shell.folder / "gemeente.toml").read_text("utf-8")
    assert "niets veranderd" in shell.ok("init", "--file", "-", stdin=text)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (('slug = "rietmeer"', 'slug = "Riet Meer!"'), "organisation.slug"),
        (('phase = "before"', 'phase = "ooit"'), "dossier.phase"),
        (("starts = 2026-11-01", "begint = 2026-11-01"), "dossier"),
        (("+01:00", ""), "moment.0.at"),
        (("ends = 2027-05-01\nreport", "ends = 2020-05-01\nreport"), "ends ligt voor starts"),
        (("[organisation]", "[organisation"), "TOML"),
        (('query = "handreiking-2016"', 'query = "bestaat-niet"'), "bestaat-niet"),
        (('query = "handreiking-2016"', 'query_text = "(a OR"'), "positie"),
    ],
)
def test_a_wrong_init_file_is_told_and_nothing_is_made(
    shell: Shell, tmp_path: Path, change: tuple[str, str], named: str
) -> None:
    text = (shell.folder / "gemeente.toml").read_text("utf-8").replace(*change, 1)
    (tmp_path / "fout.toml").write_text(text, "utf-8")
    town = Shell(tmp_path, shell.site)
    assert named in town.wrong("init", "--file", str(tmp_path / "fout.toml"))
    assert "leeg" in town.wrong("source", "list", code=3) or not town.run("source", "list").stdout


def test_query_check_answers_json_and_exit_2_with_the_place(shell: Shell) -> None:
    good = json.loads(shell.ok("query", "check", "-", stdin="Rietmeer AND (azc* OR opvang*)"))
    assert set(good) == {"ok", "canonical", "version", "placeholders", "warnings", "errors"}
    assert good["ok"] is True
    done = shell.run("query", "check", "-", stdin="Rietmeer AND (azc* OR")
    assert done.returncode == 2
    bad = json.loads(done.stdout)
    assert bad["ok"] is False
    assert {"code", "offset", "length", "message", "hint"} <= set(bad["errors"][0])


def test_query_check_fills_placeholders_from_a_file(shell: Shell, tmp_path: Path) -> None:
    terms = tmp_path / "terms.json"
    terms.write_text(json.dumps({"plaatsnaam": ["Rietmeer", "Riet meer"]}), "utf-8")
    found = json.loads(
        shell.ok("query", "check", "-", "--terms", str(terms), stdin="<plaatsnaam> AND azc*")
    )
    assert found["placeholders"] == ["plaatsnaam"]
    terms.write_text('{"plaatsnaam": "geen lijst"}', "utf-8")
    shell.wrong("query", "check", "-", "--terms", str(terms), stdin="<plaatsnaam>")


def test_query_match_keeps_the_order_and_never_stops(shell: Shell) -> None:
    cases = [
        '{"id":"a","query":"azc* OR \\"de boot\\"","text":"Het AZC\\u0027tje, dé boot"}',
        "geen json",
        '{"id":"b","query":"NOT a","text":"a"}',
        '{"id":"c","query":"<plaatsnaam>","text":"in Rietmeer","terms":{"plaatsnaam":["Rietmeer"]}}',
        '{"id":"d","query":"vis","text":"vlees"}',
    ]
    found = lines(shell.ok("query", "match", "--cases", "-", stdin="\n".join(cases) + "\n"))
    assert [(line["id"], line["verdict"]) for line in found] == [
        ("a", "match"), (None, "error"), ("b", "error"), ("c", "match"), ("d", "nomatch"),
    ]  # fmt: skip
    assert found[1]["line"] == 2
    assert found[1]["error"]["code"] == "bad-line"
    assert found[2]["error"]["code"] == "negative-only"
    assert found[3]["spans"] == [{"start": 3, "end": 11, "leaf": found[3]["spans"][0]["leaf"]}]
    for line in found:
        assert {"id", "verdict", "spans", "error", "errors"} <= set(line)


def test_label_gives_every_field_and_needs_no_database(tmp_path: Path, shell: Shell) -> None:
    town = Shell(tmp_path, shell.site)
    posts = '{"id":"p1","text":"Weet iemand wanneer de noodopvang in Rietmeer opengaat?"}\n'
    (said,) = lines(town.ok("label", "--posts", "-", stdin=posts))
    assert said["status"] == "gelabeld"
    assert said["labels"] == ["informatiebehoefte"]
    assert {
        "id", "status", "labels", "sub_labels", "primary", "probabilities", "sentiment",
        "sentiment_label", "stance", "emotion", "target", "purpose", "is_question", "theme",
        "threat", "threat_probability", "urgency", "irony", "terms_used", "explanation",
        "labeller", "model", "guide",
    } <= set(said)  # fmt: skip
    assert not (tmp_path / "data" / "klankbord.db").exists()
    assert "bestaat-niet" in town.wrong("label", "--posts", "-", "--labeller", "bestaat-niet")


def test_source_list_shows_the_state(shell: Shell) -> None:
    (row,) = json.loads(shell.ok("source", "list", "--dossier", "de-zonnehoek", "--json"))
    assert {
        "id", "kind", "address", "dossiers", "enabled", "own", "reason", "last_ok",
        "last_error_at", "failures", "next_check_at", "cursor", "complete_until", "gaps",
    } <= set(row)  # fmt: skip
    assert row["reason"] == "ok"
    assert row["dossiers"] == ["de-zonnehoek"]


def test_source_add_discovers_tries_and_saves(shell: Shell) -> None:
    shell.site.pages["/krant"] = Answer(
        b"<html><head><link rel='alternate' type='application/rss+xml' title='Krant' "
        b"href='/krant/feed'></head><body>krant</body></html>",
        200, "text/html",
    )  # fmt: skip
    shell.site.pages["/krant/feed"] = rss(
        [("k1", "Raad Rietmeer praat over noodopvang", NOON)], "Krant"
    )
    add = ("source", "add", shell.site.url("/krant"), "--dossier", "de-zonnehoek")
    assert shell.ok(*add, "--try") == ""
    slug = shell.ok(*add, "--yes").strip()
    (fetched,) = lines(shell.ok("fetch", "--source", slug, "--json"))
    assert set(fetched) == {
        "source", "address", "reason", "items", "new", "changed", "deleted", "matched", "wait_s",
    }  # fmt: skip
    assert (fetched["reason"], fetched["items"], fetched["matched"]) == ("ok", 1, 1)
    (again,) = lines(shell.ok("fetch", "--source", slug, "--json"))
    assert (again["reason"], again["new"]) == ("not-modified", 0)


def test_source_add_with_several_feeds_lists_them(shell: Shell) -> None:
    shell.site.pages["/twee"] = Answer(
        b"<html><head><link rel='alternate' type='application/rss+xml' href='/feed'>"
        b"<link rel='alternate' type='application/atom+xml' href='/krant/feed'></head></html>",
        200, "text/html",
    )  # fmt: skip
    shell.site.pages["/krant/feed"] = rss(
        [("k1", "Raad Rietmeer praat over noodopvang", NOON)], "Krant"
    )
    done = shell.run("source", "add", shell.site.url("/twee"), "--dossier", "de-zonnehoek", "--yes")
    assert done.returncode == 2
    assert shell.site.url("/krant/feed") in done.stderr


def test_a_failing_test_fetch_saves_nothing_unless_forced(shell: Shell) -> None:
    before = json.loads(shell.ok("source", "list", "--json"))
    add = ("source", "add", shell.site.url("/weg"), "--dossier", "de-zonnehoek", "--yes")
    shell.wrong(*add, code=1)
    assert json.loads(shell.ok("source", "list", "--json")) == before
    slug = shell.ok(*add, "--force").strip()
    done = shell.run("fetch", "--source", slug, "--json")
    assert done.returncode == 1
    assert lines(done.stdout)[0]["reason"] == "not-found"


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("https://www.facebook.com/groups/123", "besloten groepen"),
        ("ftp://voorbeeld.example/x", "http"),
        ("geen adres", "webadres"),
        ("http://a:b@c/", "wachtwoord"),
    ],
)
def test_an_address_that_may_not_be_followed_is_refused(
    shell: Shell, address: str, named: str
) -> None:
    line = shell.wrong("source", "add", address, "--dossier", "de-zonnehoek", "--yes")
    assert named in line.casefold()


def test_fetch_shows_nothing_due_and_refuses_two_choices(shell: Shell) -> None:
    assert (
        shell.run("fetch", "--due", "--json", KLANKBORD_CLOCK="2026-11-20T21:00:30+01:00").stdout
        == ""
    )
    shell.wrong("fetch", "--due", "--all")
    shell.wrong("fetch", "--source", "bestaat-niet")


def test_posts_export_masks_and_orders(shell: Shell) -> None:
    rows = lines(shell.ok("posts", "export", "--dossier", "de-zonnehoek", "--to", "2026-11-20"))
    assert [row["published_at"] for row in rows] == sorted(row["published_at"] for row in rows)
    assert {
        "post_key", "source", "origins", "published_at", "date_rule", "first_seen", "local_date",
        "lang", "title", "text", "matched", "query_version", "spans", "status", "labeller",
        "labels", "sub_labels", "sentiment", "group",
    } == set(rows[0])  # fmt: skip
    texts = " ".join(row["text"] for row in rows)
    assert "Molenweg" in texts
    assert "@buurman" not in texts
    assert "Voetbal" not in texts
    for row in rows:
        for span in row["spans"]:
            assert 0 <= span["start"] < span["end"] <= len(row["text"])
    buffered = lines(shell.ok("posts", "export", "--dossier", "de-zonnehoek", "--buffer"))
    assert any("Voetbal" in row["text"] and row["matched"] is False for row in buffered)


def test_raw_ids_need_a_reason_and_are_logged(shell: Shell) -> None:
    shell.wrong("posts", "export", "--dossier", "de-zonnehoek", "--raw-ids")
    rows = lines(
        shell.ok("posts", "export", "--dossier", "de-zonnehoek", "--raw-ids", "--reason", "proef")
    )
    assert {"1", "2"} <= {row["raw_id"] for row in rows}


def test_report_in_three_formats_and_its_hash_can_be_recomputed(shell: Shell) -> None:
    report = json.loads(shell.ok("report", "--dossier", "de-zonnehoek", "--format", "json"))
    assert {
        "dossier", "date", "kind", "edition", "window", "status", "hash", "query_version",
        "label_run", "guide", "counts", "posts", "sources", "gaps", "not_seen", "blocks",
    } <= set(report)  # fmt: skip
    assert report["date"] == "2026-11-20"
    assert set(report["counts"]) == {
        "posts", "authors", "informatiebehoefte", "betekenisgeving", "schadebeperking", "none",
        "questions", "threat_candidates", "late",
    }  # fmt: skip
    sealed = {
        name: report[name]
        for name in ("window", "query_version", "label_run", "guide", "posts", "counts")
    }
    assert hashlib.sha256(rfc8785.dumps(sealed)).hexdigest() == report["hash"]
    assert report["posts"] == sorted(report["posts"])
    text = shell.ok("report", "--dossier", "de-zonnehoek", "--date", "2026-11-20")
    assert "niet representatief" in text
    assert "CONCEPT" in text
    page = shell.ok("report", "--dossier", "de-zonnehoek", "--format", "html")
    assert page.startswith("<!doctype html>")
    assert "niet representatief" in page
    again = json.loads(shell.ok("report", "--dossier", "de-zonnehoek", "--format", "json"))
    assert again["hash"] == report["hash"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--dossier", "bestaat-niet"), "bestaat-niet"),
        (("--dossier", "de-zonnehoek", "--date", "20 november"), "--date"),
        (("--dossier", "de-zonnehoek", "--date", "2026-11-21"), "2026"),
        (("--dossier", "de-zonnehoek", "--date", "2020-01-01"), "2020"),
        (("--dossier", "de-zonnehoek", "--format", "pdf"), "pdf"),
        (("--dossier", "de-zonnehoek", "--edition", "7"), "7"),
        (("--dossier", "de-zonnehoek", "--edition", "0"), "--edition"),
        ((), "--dossier"),
    ],
)
def test_a_wrong_question_for_a_report_is_told(
    shell: Shell, arguments: tuple[str, ...], named: str
) -> None:
    assert named in shell.wrong("report", *arguments)


def test_verify_retain_relabel_and_model(shell: Shell) -> None:
    shell.ok("report", "--dossier", "de-zonnehoek")
    checked = json.loads(shell.ok("verify", "--dossier", "de-zonnehoek"))
    assert set(checked) == {"editions", "equal", "different", "changed_since"}
    assert checked["editions"] == checked["equal"] > 0
    kept = json.loads(shell.ok("retain", "--dry-run", "--json"))
    assert kept["dry_run"] is True
    assert kept["removed"]["post-text"] == 0
    assert json.loads(shell.ok("relabel", "--dossier", "de-zonnehoek", "--json"))["changed"] == 0
    assert json.loads(shell.ok("model", "card", "--json"))["guide"] == "ibs-2026.1"
    for action, option in (
        ("train", "--corrections"),
        ("evaluate", "--set"),
        ("promote", "--from"),
    ):
        assert "bestaat-niet" in shell.wrong("model", action, option, "bestaat-niet")


def test_users_tokens_and_lists(shell: Shell) -> None:
    add = ("user", "add", "n.hofstra", "--name", "N. Hofstra", "--role", "adviseur")
    assert "adviseur" in shell.ok(*add, stdin="een lang wachtwoord 7\n")
    shell.wrong(*add, stdin="een lang wachtwoord 7\n")
    shell.wrong("user", "add", "kort", "--name", "K", "--role", "lezer", stdin="kort\n")
    create = ("token", "create", "--user", "n.hofstra", "--dossier", "de-zonnehoek")
    token = shell.ok(*create, "--role", "adviseur", "--expires", "2026-12-31").strip()
    assert token.startswith("kb_")
    shell.wrong(*create, "--role", "beheerder")
    shell.wrong(*create, "--role", "adviseur", "--expires", "2020-01-01")
    listed = ("--dossier", "de-zonnehoek", "--name", "COA", "--kind", "organisations",
              "--reason", "Openbaar kanaal", "--expires", "2027-01-01")  # fmt: skip
    shell.ok("list", "add", "@coa@mastodon.example", *listed)
    shell.ok("list", "import", "-", *listed, stdin="# meer\n@coa_regio@mastodon.example\n")
    shown = json.loads(shell.ok("list", "show", "--dossier", "de-zonnehoek", "--json"))
    coa = next(row for row in shown if row["name"] == "COA")
    assert len(coa["accounts"]) == 2
    shell.wrong("list", "add", "@x", *listed[:-1], "nooit")


def test_migrate_doctor_and_settings(shell: Shell) -> None:
    assert head() in shell.ok("migrate")
    shell.run("fetch", "--all")  # or doctor finds sources that nobody has asked for half a day
    checks = json.loads(shell.ok("doctor", "--json"))
    assert checks["ok"] is True
    assert "KLANKBORD_DATABASE_URL" in shell.ok("doctor", "--settings")


def test_services_refuse_a_standing_clock(shell: Shell) -> None:
    for service in ("serve", "worker"):
        assert "KLANKBORD_CLOCK" in shell.wrong(service)


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"KLANKBORD_CLOCK": "2026-11-21T09:00:00"}, 2),
        ({"KLANKBORD_DATABASE_URL": "mysql://x"}, 2),
        ({"KLANKBORD_DATABASE_URL": "onzin"}, 2),
        ({"KLANKBORD_FETCH_ALLOW_PRIVATE": "zomaar iets"}, 2),
        ({"KLANKBORD_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/weg"}, 3),
        ({"KLANKBORD_DATA_DIR": "/proc/nergens"}, 3),
    ],
)
def test_a_wrong_environment_is_told(shell: Shell, environment: dict[str, str], code: int) -> None:
    line = shell.wrong("fetch", "--all", code=code, **environment)
    (name,) = environment
    assert name in line or (code == 3 and ("database" in line or environment[name] in line))


@pytest.mark.parametrize(
    "arguments",
    [("bestaat-niet",), ("fetch", "--bestaat-niet"), ("source",), ("report", "--dossier")],
)
def test_wrong_usage_is_one_dutch_line(shell: Shell, arguments: tuple[str, ...]) -> None:
    assert "--help" in shell.wrong(*arguments)


def test_version_and_help(shell: Shell) -> None:
    assert shell.ok("--version").strip()
    assert "fetch" in shell.ok("--help")


def test_late_posts_stand_in_the_next_edition(shell: Shell) -> None:
    shell.ok("report", "--dossier", "de-zonnehoek")
    shell.site.pages["/laat"] = rss(
        [("l1", "Nog een vraag: hoe laat begint de avond over de opvang in Rietmeer?", NOON)]
    )
    slug = shell.ok(
        "source", "add", shell.site.url("/laat"), "--dossier", "de-zonnehoek", "--yes"
    ).strip()
    shell.ok("fetch", "--source", slug)
    later = (NOW + timedelta(days=1)).isoformat()
    report = json.loads(
        shell.ok("report", "--dossier", "de-zonnehoek", "--format", "json", KLANKBORD_CLOCK=later)
    )
    assert report["date"] == "2026-11-21"
    assert report["counts"]["late"] >= 1
