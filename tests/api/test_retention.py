"""Retention by hand with its proofs, and a data-subject request from search to staying away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from httpx2 import Response

from app.storage.models import AuditLine, BufferRow, Context, Hit, Removal
from tests.api.conftest import FEED_ADDRESS, QUESTION
from tests.api.town import PLACE, Town, csrf_in
from tests.factories import DOSSIER, NOW, at, dossier_of, fetch, person_labels, post
from tests.fakes import World

HOME = f"/dossiers/{DOSSIER}"
REQUEST = {"handle": "@boos@mastodon.example", "reason": "verzoek 2026-17"}
PLACE_SUBJECT = f"{PLACE}/subject-requests"


def kept(town: Town) -> int:
    with town.house.database.read() as session:
        dossier = dossier_of(session)
        return session.query(Hit).filter_by(dossier_id=dossier.id).count()


def test_a_dry_run_touches_nothing_and_the_word_of_a_beheerder_does(town: Town) -> None:
    boss = town.session("beheerder")
    at(town.house, NOW + timedelta(days=100))
    boss = town.session("beheerder")
    shown = town.ask("GET", f"{PLACE}/retention", boss).json()
    assert (shown["wouldGo"]["postText"], shown["removed"], kept(town)) == (3, [], 3)
    for body in ({}, {"confirm": False}, {"confirm": "ja"}):
        assert town.ask("POST", f"{PLACE}/retention", boss, json=body).status_code == 400
    gone = town.ask("POST", f"{PLACE}/retention", boss, json={"confirm": True}).json()
    assert (gone["postText"], kept(town)) == (3, 0)
    after = town.ask("GET", f"{PLACE}/retention", boss).json()
    assert after["wouldGo"]["postText"] == 0
    assert [(run["kind"], run["count"]) for run in after["removed"]] == [("post-text", 3)]
    page = town.ask("GET", f"{PLACE}/retention/proofs?limit=2", boss).json()
    rest = town.ask("GET", f"{PLACE}/retention/proofs?before={page['next']}", boss).json()
    assert len({row["postKey"] for row in page["proofs"] + rest["proofs"]}) == 3
    assert rest["next"] is None


def test_what_belongs_to_next_door_is_not_touched(town: Town) -> None:
    at(town.house, NOW + timedelta(days=100))
    town.ask("POST", f"{PLACE}/retention", town.session("beheerder"), json={"confirm": True})
    with town.house.database.read() as session:
        assert session.query(Hit).count() == 1
    shown = town.ask(
        "GET", "/v1/dossiers/de-kazerne/retention", town.session("beheerder", "veldkoog")
    ).json()
    assert (shown["wouldGo"]["postText"], shown["removed"]) == (1, [])


# Data subjects


def test_a_person_is_found_handed_over_erased_and_stays_away(town: Town, world: World) -> None:
    boss = town.session("beheerder")
    found = town.ask("POST", f"{PLACE_SUBJECT}/search", boss, json=REQUEST).json()
    assert found == {"posts": 1, "keptAsEvidence": 0, "context": 0, "buffer": 0}
    handed = town.ask("POST", f"{PLACE_SUBJECT}/export", boss, json=REQUEST).json()
    (line,) = handed["posts"]
    assert (line["text"].startswith("Kom eens langs"), line["labels"]) == (True, ["S3"])
    body = REQUEST | {"confirm": True}
    assert town.ask("POST", f"{PLACE_SUBJECT}/erasure", boss, json=REQUEST).status_code == 400
    erased = town.ask("POST", f"{PLACE_SUBJECT}/erasure", boss, json=body).json()
    assert (erased["erased"], kept(town)) == (1, 2)
    world.shows(FEED_ADDRESS, post("2", line["text"], NOW, author="boos"))
    fetch(town.house)
    assert kept(town) == 2
    again = town.ask("POST", f"{PLACE_SUBJECT}/search", boss, json=REQUEST).json()
    assert again["posts"] == 0


def test_nothing_of_the_question_is_stored_and_the_reason_is(town: Town) -> None:
    boss = town.session("beheerder")
    for part in ("search", "export"):
        town.ask("POST", f"{PLACE_SUBJECT}/{part}", boss, json=REQUEST)
    town.ask("POST", f"{PLACE_SUBJECT}/erasure", boss, json=REQUEST | {"confirm": True})
    with town.house.database.read() as session:
        lines = session.query(AuditLine).filter(AuditLine.action.startswith("subject-")).all()
        said = [(line.action, line.reason, line.facts["by"]) for line in lines]
        told = str([(line.subject, line.facts) for line in lines])
        proofs = session.query(Removal).filter_by(kind="data-subject").all()
        why = {proof.reason for proof in proofs}
    actions = ["subject-searched", "subject-exported", "subject-erased"]
    assert said == [(action, "verzoek 2026-17", "handle") for action in actions]
    assert "boos" not in told
    assert why == {"verzoek van de betrokkene"}


@pytest.mark.parametrize(
    ("url", "posts"),
    [
        ("https://bode.example/1", 1),
        ("https://bode.example/1/", 1),
        ("https://mastodon.example/@boos", 1),
        ("https://elders.example/@boos@mastodon.example", 1),
        ("https://bode.example/2", 0),
        ("https://mastodon.example/@iemand", 0),
    ],
)
def test_a_post_is_found_by_its_address_and_a_person_by_a_profile(
    town: Town, url: str, posts: int
) -> None:
    body = {"url": url, "reason": "verzoek 3"}
    found = town.ask("POST", f"{PLACE_SUBJECT}/search", town.session("beheerder"), json=body)
    assert found.json()["posts"] == posts


@pytest.mark.parametrize(
    "body",
    [
        {"handle": "@boos", "reason": ""},
        {"handle": "@boos", "reason": "Boos vroeg het"},
        {"handle": "", "reason": "verzoek"},
        {"handle": "@boos", "url": "https://a.example/", "reason": "verzoek"},
        {"url": "bode.example/1", "reason": "verzoek"},
        {"url": "javascript:alert(1)", "reason": "verzoek"},
        {"url": "http://[::1", "reason": "verzoek"},
        {"handle": "@", "reason": "verzoek"},
        {"handle": "@boos"},
    ],
)
def test_a_request_that_cannot_be_is_refused(town: Town, body: dict[str, str]) -> None:
    answer = town.ask("POST", f"{PLACE_SUBJECT}/search", town.session("beheerder"), json=body)
    assert answer.status_code == 400


def test_evidence_that_a_person_confirmed_stays_until_its_own_term(town: Town) -> None:
    person_labels(town.house, "2", "S3", confirmed=True)
    boss = town.session("beheerder")
    erased = town.ask(
        "POST", f"{PLACE_SUBJECT}/erasure", boss, json=REQUEST | {"confirm": True}
    ).json()
    assert (erased["posts"], erased["keptAsEvidence"], erased["erased"]) == (1, 1, 0)
    assert kept(town) == 3


def test_a_thread_and_the_buffer_are_searched_too(town: Town, world: World) -> None:
    boss = town.session("beheerder")
    url = "https://bode.example/buffer"
    key = town.house.vault.post_key("bode-example-feed", url)
    world.shows(FEED_ADDRESS, post(url, "De bakker heeft brood."))
    fetch(town.house)
    with town.house.database.write() as session:
        hit = session.query(Hit).filter_by(dossier_id=dossier_of(session).id).first()
        assert hit is not None
        session.add(
            Context(hit_id=hit.id, post_key=key, relation="reply", text="x", published_at=NOW)
        )
    body = {"url": url, "reason": "verzoek 4", "confirm": True}
    erased = town.ask("POST", f"{PLACE_SUBJECT}/erasure", boss, json=body).json()
    assert (erased["context"], erased["buffer"], erased["posts"]) == (1, 1, 0)
    world.shows(FEED_ADDRESS, post(url, "De bakker heeft ander brood."))
    fetch(town.house)
    with town.house.database.read() as session:
        assert session.query(Context).count() == 0
        assert session.query(BufferRow).filter_by(post_key=key).count() == 0


# The page


def send(town: Town, way: dict[str, str], part: str, **fields: str) -> Response:
    data = {"csrf": csrf_in(town.ask("GET", f"{HOME}/retention", way).text), **fields}
    return town.ask("POST", HOME + part, way, data=data, follow_redirects=False)


def test_the_beheerder_searches_downloads_and_erases_with_forms_alone(town: Town) -> None:
    way = {"Cookie": town.session("beheerder")["Cookie"]}
    found = send(town, way, "/subject-requests", **REQUEST)
    assert "Gevonden: 1 bericht" in found.text
    handed = send(town, way, "/subject-requests", act="export", **REQUEST)
    assert "attachment" in handed.headers["content-disposition"]
    assert "baas" in handed.json()["posts"][0]["text"]
    unsure = send(town, way, "/subject-requests/erasure", **REQUEST)
    assert (unsure.status_code, kept(town)) == (400, 3)
    erased = send(town, way, "/subject-requests/erasure", sure="ja", **REQUEST)
    assert "Gewist: 1" in erased.text
    assert "Op verzoek van de betrokkene" in erased.text
    wrong = send(town, way, "/subject-requests", handle="@boos", reason="boos")
    assert (wrong.status_code, "Noem de persoon niet" in wrong.text) == (400, True)
    assert QUESTION not in erased.text


def test_the_beheerder_removes_now_only_with_a_yes(town: Town) -> None:
    at(town.house, NOW + timedelta(days=100))
    way = {"Cookie": town.session("beheerder")["Cookie"]}
    assert send(town, way, "/retention").status_code == 400
    assert kept(town) == 3
    assert send(town, way, "/retention", sure="ja").status_code == 303
    assert kept(town) == 0
    page = town.ask("GET", f"{HOME}/retention?saved=gewist", way).text
    assert "bewaartermijn verstreken" in page


@pytest.mark.parametrize("role", ["webcare", "analist", "auditor"])
def test_nobody_else_asks_removes_or_erases(town: Town, role: str) -> None:
    way = {"Cookie": town.session(role)["Cookie"]}
    data = {"csrf": csrf_in(town.ask("GET", "/", way).text), "sure": "ja", **REQUEST}
    for part in ("/retention", "/subject-requests", "/subject-requests/erasure"):
        assert town.ask("POST", HOME + part, way, data=data).status_code == 403
    assert kept(town) == 3
