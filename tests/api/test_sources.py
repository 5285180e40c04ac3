"""Sources from the page: look, add with the settings of the kind, switch; proposals with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from httpx2 import Response

from app.outbound import Outbound
from app.records import Discovery, FeedCandidate, Setting
from app.services.source_settings import SEALED
from app.storage import sources as source_rows
from app.storage.models import ProposalSighting, SourceProposal
from tests.api.town import PLACE, Town, csrf_in
from tests.factories import DOSSIER, dossier_of
from tests.fakes import World

HOME = f"/dossiers/{DOSSIER}"
NEW = "https://nieuw.example/feed/"
SETTINGS = (
    Setting("hashtag", "Hashtag", required=True),
    Setting("token", "Toegangstoken", secret=True),
    Setting("wat", "Wat", kind="choice", default="alles", choices=("alles", "lokaal")),
)


@pytest.fixture
def seen(town: Town, world: World, monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, str]]:
    """A platform that shows one feed with three items; the settings it was asked with."""
    asked: list[Mapping[str, str]] = []

    def discover(
        address: str, outbound: Outbound, now: datetime, settings: Mapping[str, str] | None = None
    ) -> Discovery:
        asked.append(settings or {})
        if "stuk" in address:
            return Discovery("timeout", detail="na 30 s")
        feeds = tuple(
            FeedCandidate(f"{address}{n}", f"Feed <b>{n}</b>", "feed", items=3)
            for n in (("a", "b") if "twee" in address else ("",))
        )
        return Discovery("ok", candidates=feeds)

    monkeypatch.setattr(world, "discover", discover)
    return asked


def way(town: Town, role: str = "beheerder") -> dict[str, str]:
    return {"Cookie": town.session(role)["Cookie"]}


def send(town: Town, who: dict[str, str], part: str = "/sources", **fields: str) -> Response:
    data = {"csrf": csrf_in(town.ask("GET", f"{HOME}/sources", who).text), **fields}
    return town.ask("POST", HOME + part, who, data=data, follow_redirects=False)


def addresses(town: Town) -> list[str]:
    with town.house.database.read() as session:
        return [row.address for row in source_rows.of_dossier(session, dossier_of(session).id)]


@pytest.mark.parametrize("role", ["beheerder", "analist"])
def test_a_source_is_looked_at_and_added_with_a_form_alone(
    town: Town, seen: list[Any], role: str
) -> None:
    who = way(town, role)
    looked = send(town, who, address=NEW)
    assert looked.status_code == 200
    assert "Feed &lt;b&gt;" in looked.text
    assert "3 berichten" in looked.text
    assert NEW not in addresses(town)
    added = send(town, who, address=NEW, title="Nieuwe bron", own="ja", do="save")
    assert added.headers["location"].endswith("?saved=bron")
    assert NEW in addresses(town)
    page = town.ask("GET", f"{HOME}/sources", who).text
    assert "Nieuwe bron" in page
    assert "eigen kanaal" in page


def test_what_cannot_be_added_is_told_and_what_was_typed_stays(town: Town, seen: list[Any]) -> None:
    who = way(town)
    for address, told in (
        ("geen adres", "webadres"),
        ("https://chat.whatsapp.com/abc", "problem"),
        ("https://twee.example/", "kies een van deze adressen"),
        ("https://stuk.example/", "mislukt"),
    ):
        answer = send(town, who, address=address, title="Mijn naam", do="save")
        assert answer.status_code == 400, address
        assert told in answer.text
        assert 'value="Mijn naam"' in answer.text
    assert len(addresses(town)) == 1
    failed = send(town, who, address="https://stuk.example/", do="try")
    assert "Toch opslaan" in failed.text
    forced = send(town, who, address="https://stuk.example/", do="save", force="ja")
    assert forced.status_code == 303
    assert "https://stuk.example/" in addresses(town)


def test_the_form_asks_what_the_kind_declares_and_keeps_its_secret(
    town: Town, seen: list[Any], world: World
) -> None:
    world.settings = SETTINGS  # type: ignore[assignment]
    who = way(town)
    page = town.ask("GET", f"{HOME}/sources?kind=mastodon", who).text
    assert 'name="set:hashtag" type="text"' in page
    assert 'name="set:token" type="password"' in page
    assert '<option value="alles" selected>' in page
    given = {"set:hashtag": "rietmeer", "set:token": "geheim-123", "set:wat": "lokaal"}
    missing = send(town, who, address=NEW, kind="mastodon", **{"set:token": "geheim-123"})
    assert (missing.status_code, "verplicht" in missing.text) == (400, True)
    assert "geheim-123" not in missing.text
    assert send(town, who, address=NEW, kind="mastodon", do="save", **given).status_code == 303
    assert seen[-1]["wat"] == "lokaal"
    with town.house.database.read() as session:
        rows = source_rows.of_dossier(session, dossier_of(session).id)
        (row,) = [row for row in rows if row.address == NEW]
        assert row.settings["token"].startswith(SEALED)
    odd = send(town, who, address=NEW, kind="mastodon", **{"set:onzin": "x"})
    assert odd.status_code == 400


def test_the_api_takes_the_settings_and_lists_the_kinds(
    town: Town, seen: list[Any], world: World
) -> None:
    world.settings = SETTINGS  # type: ignore[assignment]
    token = town.token("analist")
    kinds = town.ask("GET", f"{PLACE}/sources/kinds", token).json()
    assert "feed" in {one["kind"] for one in kinds}
    assert kinds[0]["settings"][1]["secret"] is True
    body = {"address": NEW, "kind": "feed", "settings": {"hashtag": "rietmeer"}}
    tried = town.ask("POST", f"{PLACE}/sources/try", token, json=body)
    assert tried.json()["candidates"][0]["items"] == 3
    assert town.ask("POST", f"{PLACE}/sources", token, json=body).status_code == 201
    wrong = body | {"settings": {"onzin": "x"}}
    assert town.ask("POST", f"{PLACE}/sources/try", token, json=wrong).status_code == 400


def test_a_source_is_switched_off_and_on_by_who_may(town: Town) -> None:
    part = "/sources/bode-example-feed/switch"
    assert send(town, way(town), part).status_code == 303
    assert "Uitgezet" in town.ask("GET", f"{HOME}/sources", way(town)).text
    assert send(town, way(town, "analist"), part, enabled="ja").status_code == 303
    assert "Uitgezet" not in town.ask("GET", f"{HOME}/sources", way(town)).text
    assert send(town, way(town), "/sources/weg/switch").status_code == 404


@pytest.mark.parametrize("role", ["adviseur", "webcare", "auditor"])
def test_who_only_reads_sources_sees_no_form(town: Town, role: str) -> None:
    who = way(town, role)
    page = town.ask("GET", f"{HOME}/sources", who).text
    assert "Bron toevoegen" not in page
    data = {"csrf": csrf_in(page), "address": NEW, "do": "save"}
    for part in ("/sources", "/sources/bode-example-feed/switch", "/proposals/plek-1"):
        assert town.ask("POST", HOME + part, who, data=data).status_code == 403


def test_a_proposed_place_is_followed_or_refused_with_a_reason(
    town: Town, seen: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.proposals.LEAST_SEEN", 1)
    now = town.house.clock.now()
    with town.house.database.write() as session:
        session.add_all(
            SourceProposal(
                dossier_id=dossier_of(session).id, kind="site", address=address,
                first_seen=now, last_seen=now,
            )
            for address in ("dorp.example", "elders.example")
        )  # fmt: skip
        session.flush()
        session.add_all(
            ProposalSighting(proposal_id=number, post_key=town.post_keys()[0]) for number in (1, 2)
        )
    who = way(town)
    assert "dorp.example" in town.ask("GET", f"{HOME}/sources", who).text
    bare = send(town, who, "/proposals/plek-1", act="approve")
    assert bare.status_code == 400
    assert send(town, who, "/proposals/kopie-1", act="approve", reason="x").status_code == 400
    done = send(town, who, "/proposals/plek-1", act="approve", reason="dorpsblad")
    assert done.status_code == 303
    assert "https://dorp.example/" in addresses(town)
    assert send(town, who, "/proposals/plek-2", act="reject", reason="ver weg").status_code == 303
    assert "Voorgestelde plekken" not in town.ask("GET", f"{HOME}/sources", who).text
