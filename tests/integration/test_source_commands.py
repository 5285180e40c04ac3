"""The commands of sources, imports, streams and proposals, as an outside tool runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_jetstream import jetstream
from tests.fake_mastodon import mastodon
from tests.shell import INIT, NOW, Shell, lines
from tests.web import rss, web

D = ("--dossier", "de-zonnehoek")
WORDS = "Hoeveel mensen komen er in de opvang aan de Molenweg in Rietmeer?"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    folder = tmp_path_factory.mktemp("bronnen")
    with web() as site:
        site.pages["/feed"] = rss([("1", WORDS, NOW)])
        made = Shell(folder, site, extra={"KLANKBORD_FETCH_ALLOW_PRIVATE": "127.0.0.1:*"})
        (folder / "g.toml").write_text(INIT.replace("{address}", site.url("/feed")), "utf-8")
        made.ok("init", "--file", "g.toml")
        yield made


def test_kinds_tell_their_settings_and_what_was_not_tried(shell: Shell) -> None:
    rows = {row["kind"]: row for row in json.loads(shell.ok("source", "kinds", "--json"))}
    assert {"feed", "mastodon", "bluesky", "bekendmakingen", "politie"} <= set(rows)
    assert [kind for kind, row in rows.items() if row["on"]] == ["feed"]
    assert rows["mastodon"]["settings"][0]["secret"] is True


def test_a_server_is_looked_at_added_off_switched_on_and_fetched(shell: Shell) -> None:
    with mastodon() as server:
        server.post(WORDS)
        (shell.folder / "token").write_text(server.token + "\n", "utf-8")
        add = ("source", "add", server.url("/public/local"), *D, "--kind", "mastodon", "--yes")
        assert "geheim" in shell.wrong(*add, "--set", "token=abc")
        assert "kleur" in shell.wrong(*add, "--set", "kleur=rood")
        slug = shell.ok(*add, "--set", "token=@token").strip()
        state = listed(shell, slug)
        assert (state["enabled"], state["volume"], state["identity"]) == (False, None, "own")
        shell.ok("source", "on", slug)
        (line,) = lines(shell.ok("fetch", "--source", slug, "--json"))
        assert (line["reason"], line["new"]) == ("ok", 1)
        shell.ok("source", "off", slug)
        assert listed(shell, slug)["enabled"] is False
        assert server.token not in shell.ok("source", "list", "--json")
        shell.wrong("source", "on", "bestaat-niet")


def listed(shell: Shell, slug: str) -> dict[str, object]:
    rows = json.loads(shell.ok("source", "list", "--json"))
    return next(row for row in rows if row["id"] == slug)


def test_a_list_of_feeds_comes_in_and_goes_out(shell: Shell) -> None:
    shell.site.pages["/ander"] = rss([("9", "Een ander bericht", NOW)], title="Anders")
    good, bad = shell.site.url("/ander"), shell.site.url("/weg")
    opml = f"<opml version='2.0'><body><outline xmlUrl='{good}'/><outline xmlUrl='{bad}'/></body></opml>"
    done = shell.run("source", "import-opml", "-", *D, stdin=opml)
    assert done.returncode == 1
    assert bad in done.stderr
    exported = shell.ok("source", "export-opml", *D)
    assert good in exported
    assert bad not in exported
    assert shell.run("source", "import-opml", "-", *D, stdin=exported).returncode == 0
    shell.wrong("source", "import-opml", "-", *D, stdin="<html/>")


def test_a_file_is_looked_at_taken_in_and_taken_back(shell: Shell) -> None:
    body = (
        f"datum;auteur;bericht tekst;discussielengte\n20-11-2026 09:05;Jan;{WORDS} Ik ook.;0\n"
        "99-11-2026;Piet;kapotte datum;0\n"
    ).encode("cp1252")
    (shell.folder / "export.csv").write_bytes(body)
    shown = json.loads(shell.ok("import", "export.csv", *D, "--preview", "--json"))
    assert (shown["profile"], shown["matched"], len(shown["problems"])) == ("coosto", 1, 1)
    assert "rij 3" in shell.ok("import", "export.csv", *D, "--preview")
    assert "rij 3" in shell.wrong("import", "export.csv", *D)
    done = json.loads(shell.ok("import", "export.csv", *D, "--skip-bad", "--json"))
    assert (done["matched"], done["skipped"]) == (1, 1)
    again = shell.run("import", "export.csv", *D, "--skip-bad")
    assert again.returncode == 2
    assert "al ingelezen" in again.stderr
    assert "coosto" in shell.ok("import", "--list", *D)
    shell.ok("import", "--undo", str(done["import"]), *D)
    shell.wrong("import", *D)
    shell.wrong("import", "weg.csv", *D)
    shell.wrong("import", "export.csv", *D, "--map", "kleur=datum")


def test_a_question_of_the_desk_is_kept(shell: Shell) -> None:
    at = "2026-11-20T10:00:00+01:00"
    question = ("import", "--question", "Waar kan ik kleding brengen?", *D, "--heard-at", at)
    assert json.loads(shell.ok(*question, "--where", "balie", "--json"))["matched"] == 1
    rows = lines(shell.ok("posts", "export", *D))
    (row,) = (row for row in rows if row["source"] == "balie-rietmeer")
    assert (row["title"], row["date_rule"]) == ("balie", "heard")
    assert "tijdzone" in shell.wrong(*question[:-1], "2026-11-20T10:00:00")


def test_proposals_are_listed_and_decided(shell: Shell) -> None:
    items = [(f"p{n}", f"{WORDS} Lees https://wijkblad.example/{n}", NOW) for n in range(3)]
    shell.site.pages["/feed"] = rss(items)
    shell.run("fetch", "--all")
    found = json.loads(shell.ok("proposal", "list", *D, "--refresh", "--json"))
    (place,) = (row for row in found if row["kind"] == "site")
    assert (place["address"], place["seen"]) == ("wijkblad.example", 3)
    assert "reden" in shell.wrong("proposal", "reject", place["id"], *D)
    shell.ok("proposal", "reject", place["id"], *D, "--reason", "Particulier")
    assert place["id"] not in shell.ok("proposal", "list", *D)


def test_the_stream_reads_what_there_is_and_stops_when_asked(shell: Shell) -> None:
    with jetstream() as bridge:
        bridge.event("identity", "did:plc:begin")
        add = ("source", "add", bridge.url(), *D, "--kind", "bluesky", "--yes", "--on")
        slug = shell.ok(*add).strip()
        shell.ok("stream", "--once")
        assert "klok" in shell.wrong("stream", "--seconds", "1")
        assert listed(shell, slug)["reason"] in ("ok", "not-modified")
        shell.ok("source", "off", slug)


def test_the_data_folder_holds_no_token(shell: Shell) -> None:
    data = b"".join(path.read_bytes() for path in Path(shell.folder / "data").glob("*.db*"))
    assert b"token-van-de-organisatie" not in data
