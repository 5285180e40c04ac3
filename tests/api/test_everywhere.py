"""One inbox over several dossiers: merged in order, paged without loss, each under its own rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.services.setup import set_up
from app.storage import Session
from app.storage import users as user_rows
from app.storage.models import Membership
from tests.api.conftest import FEED_ADDRESS, THREAT
from tests.api.town import PLACE, Town
from tests.factories import DOSSIER, NOW, dossier_of, fetch, init_file, post
from tests.fakes import World

SECOND, SECOND_FEED = "de-dam", "https://dam.example/feed/"


@pytest.fixture
def two(town: Town, world: World) -> Town:
    """A second dossier of the same municipality, with posts between those of the first."""
    set_up(town.house, init_file(SECOND_FEED, dossier=SECOND))
    world.shows(
        SECOND_FEED,
        *(
            post(f"d{n}", f"Opvang Rietmeer, dam {n}", NOW - timedelta(minutes=45 * n))
            for n in range(4)
        ),
    )
    world.shows(
        FEED_ADDRESS, post("s1", "In beide: opvang Rietmeer", NOW, url="https://x.example/1")
    )
    fetch(town.house)
    return town


def inbox(town: Town, way: dict[str, str], query: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every line, page after page."""
    found: list[tuple[str, dict[str, Any]]] = []
    cursor = ""
    for _ in range(30):
        answer = town.ask("GET", f"/v1/inbox?{query}&cursor={cursor}", way)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found += [(line["dossier"], line["post"]) for line in body["lines"]]
        cursor = body["next"]
        if not cursor:
            return found
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize("order", ["newest", "urgency"])
def test_every_post_comes_once_in_one_order_whatever_the_page(
    two: Town, limit: int, order: str
) -> None:
    way = two.session("webcare")
    found = inbox(two, way, f"limit={limit}&order={order}")
    shown = [(slug, one["postKey"]) for slug, one in found]
    assert len(shown) == len(set(shown))
    expected = {
        (slug, one["postKey"])
        for slug in (DOSSIER, SECOND)
        for one in two.ask("GET", f"/v1/dossiers/{slug}/posts?limit=200", way).json()["posts"]
    }
    assert set(shown) == expected
    assert {slug for slug, _ in shown} == {DOSSIER, SECOND}
    if order == "newest":
        times = [one["publishedAt"] for _, one in found]
        assert times == sorted(times, reverse=True)


def test_a_search_that_stops_halfway_loses_nothing(
    two: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = two.session("webcare")
    whole = inbox(two, way, "text=dam&limit=50")
    assert len(whole) >= 4
    monkeypatch.setattr("app.services.posts.BATCH", 1)
    monkeypatch.setattr("app.services.posts.MOST_READ", 1)
    assert inbox(two, way, "text=dam&limit=2") == whole


def test_each_dossier_keeps_its_own_rules(two: Town) -> None:
    with two.house.database.write() as session:
        _only_in(session, "analist.rietmeer", SECOND, "webcare")
    found = inbox(two, two.session(["analist", "rietmeer"][0]))
    texts = {(slug, one["text"]) for slug, one in found}
    assert (DOSSIER, "") in texts  # the candidate there is not the analyst's to read
    assert (DOSSIER, THREAT) not in texts
    assert {slug for slug, _ in inbox(two, two.token("webcare"))} == {DOSSIER}
    assert inbox(two, two.session("beheerder")) == []


def _only_in(session: Session, username: str, slug: str, role: str) -> None:
    user = user_rows.by_username(session, username)
    assert user is not None
    dossier = dossier_of(session, slug)
    session.add(
        Membership(user_id=user.id, organisation_id=user.organisation_id, dossier_id=dossier.id, role=role)
    )  # fmt: skip


def test_each_dossier_is_told_in_the_log(two: Town) -> None:
    inbox(two, two.session("webcare"), "limit=50")
    lines = two.ask("GET", f"{PLACE}/audit", two.session("auditor")).json()["lines"]
    told = {line["dossier"] for line in lines if line["facts"].get("inbox")}
    assert told == {DOSSIER, SECOND}


@pytest.mark.parametrize("query", ["source=bode-example-feed", "accountList=pers", "cursor=onzin"])
def test_what_belongs_to_one_dossier_is_refused(two: Town, query: str) -> None:
    way = two.session("webcare")
    assert two.ask("GET", f"/v1/inbox?{query}", way).status_code == 400
    page = two.ask("GET", f"/inbox?{query}", way)
    assert page.status_code == 400
    assert 'role="alert"' in page.text


def test_the_page_leads_to_the_posts_of_both(two: Town) -> None:
    way = two.session("webcare")
    assert 'href="/inbox"' in two.ask("GET", "/", way).text
    page = two.ask("GET", "/inbox", way).text
    assert f'href="/dossiers/{SECOND}/posts/' in page
    assert f'href="/dossiers/{DOSSIER}/posts/' in page
    assert "Er zijn geen berichten" in two.ask("GET", "/inbox?group=officers", way).text
