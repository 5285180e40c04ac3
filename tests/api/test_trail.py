"""The log as an auditor reads it: filters in the address, pages, the chain, a download."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from app.storage.models import AuditLine
from tests.api.town import PLACE, Town
from tests.factories import DOSSIER, person

AUDIT = f"{PLACE}/audit"
HOME = f"/dossiers/{DOSSIER}/audit"


def lines(town: Town, query: str = "", role: str = "auditor") -> list[dict[str, object]]:
    found: list[dict[str, object]] = town.ask("GET", AUDIT + query, town.session(role)).json()[
        "lines"
    ]
    return found


def test_the_log_is_filtered_by_actor_action_dossier_and_day(town: Town) -> None:
    town.ask("GET", f"{PLACE}/posts", town.session("webcare"))
    everything = lines(town)
    by_actor = lines(town, "?actor=user:webcare.rietmeer")
    assert {line["actor"] for line in by_actor} == {"user:webcare.rietmeer"}
    assert {line["action"] for line in lines(town, "?action=posts-read")} == {"posts-read"}
    assert {line["dossier"] for line in lines(town, f"?dossier={DOSSIER}")} == {DOSSIER}
    today = lines(town, "?from=2026-11-21&to=2026-11-21")
    assert len(everything) > len(today) > 0
    assert lines(town, "?from=2027-01-01") == []
    both = lines(town, "?actor=user:webcare.rietmeer&action=posts-read&from=2026-11-21")
    assert len(both) == 1


@pytest.mark.parametrize(
    "query", ["from=gisteren", "from=2026-11-21&to=2026-11-20", "to=9999-12-31"]
)
def test_a_filter_that_cannot_be_is_told(town: Town, query: str) -> None:
    way = town.session("auditor")
    assert town.ask("GET", f"{AUDIT}?{query}", way).status_code == 400
    page = town.ask("GET", f"{HOME}?{query}", way)
    assert (page.status_code, 'role="alert"' in page.text) == (400, True)
    assert town.ask("GET", f"{HOME}/export?{query}", way).status_code == 400


def test_the_download_holds_the_whole_chain_and_is_told_itself(town: Town) -> None:
    way = town.session("auditor")
    for place in (f"{AUDIT}/export", f"{HOME}/export"):
        answer = town.ask("GET", place, way)
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        rows = [json.loads(line) for line in answer.text.splitlines()]
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
        assert all(two["previous"] == one["digest"] for one, two in pairwise(rows))
    assert [line["action"] for line in lines(town, "?action=audit-exported")] == [
        "audit-exported"
    ] * 2
    filtered = town.ask("GET", f"{AUDIT}/export?action=user-added", way).text
    assert {json.loads(line)["action"] for line in filtered.splitlines()} == {"user-added"}


def test_an_auditor_of_one_dossier_reads_that_dossier_alone(town: Town) -> None:
    person(town.house, "klein.rietmeer", "auditor", organisation=None, dossier=DOSSIER)
    town.ask("GET", f"{PLACE}/posts", town.session("webcare"))
    small = lines(town, role="klein")
    assert {line["dossier"] for line in small} == {DOSSIER}
    assert lines(town, "?dossier=elders", role="klein") == []
    way = town.session("klein")
    exported = town.ask("GET", f"{AUDIT}/export", way).text.splitlines()
    assert {json.loads(line)["dossier"] for line in exported} == {DOSSIER}
    assert "signed-in" not in town.ask("GET", HOME, way).text
    assert None in {line["dossier"] for line in lines(town)}


def test_the_page_shows_newest_first_turns_pages_and_keeps_the_filter(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = town.session("auditor")
    monkeypatch.setattr("app.api.pages.audit.PAGE", 5)
    with town.house.database.read() as session:
        newest = session.query(AuditLine.number).order_by(AuditLine.number.desc()).limit(1).scalar()
    page = town.ask("GET", HOME, way).text
    assert "De keten is heel" in page
    shown = [int(number) for number in re.findall(r'<td class="num">(\d+)</td>', page)]
    assert shown == list(range(newest, newest - 5, -1))
    assert f'href="{HOME}?before={newest - 4}"' in page
    older = town.ask("GET", f"{HOME}?before={newest}&action=user-added", way).text
    assert "Nieuwste regels" in older
    assert f'href="{HOME}?action=user-added"' in older
    assert 'value="user-added" selected' in older


def test_a_broken_chain_is_shown_to_who_reads_it(town: Town) -> None:
    with town.house.database.write() as session:
        session.query(AuditLine).filter_by(number=2).update({"subject": "iets anders"})
    page = town.ask("GET", HOME, town.session("auditor")).text
    assert "De keten klopt niet vanaf regel" in page


@pytest.mark.parametrize("role", ["lezer", "webcare", "beheerder"])
def test_nobody_else_reads_the_log(town: Town, role: str) -> None:
    way = town.session(role)
    for place in (HOME, f"{HOME}/export", AUDIT, f"{AUDIT}/export"):
        assert town.ask("GET", place, way).status_code == 403
