"""The analyst's story through the API: paste, mend, try, compare, probe, switch; nothing is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from app.services.users import add_user
from app.storage import dossiers as dossier_rows
from app.storage.models import QueryVersion
from tests.api.conftest import FEED_ADDRESS
from tests.api.town import PLACE, Town, csrf_in
from tests.factories import NOW, PASSWORD, at, dossier_of, draft_due, edition, fetch, hits, post
from tests.fakes import World

QUERIES = f"{PLACE}/queries"
BEFORE = [
    ("m1", "Kinderopvang in Rietmeer zoekt een juf"),
    ("m2", "Asielcentrum Rietmeer krijgt een nieuwe ingang"),
    ("m3", "De markt van zaterdag was druk"),
    ("m4", "Het asielcentrum is een zegen, zegt de dominee"),
    ("m5", "Rietmeer viert carnaval"),
]


@pytest.fixture
def lively(town: Town, world: World) -> Town:
    """The town with a tuning buffer: posts that its query did not want."""
    at(town.house, NOW + timedelta(days=1, hours=1))
    when = NOW + timedelta(days=1)
    world.shows(FEED_ADDRESS, *(post(name, text, when) for name, text in BEFORE))
    fetch(town.house, FEED_ADDRESS)
    return town


def _post(town: Town, path: str, way: dict[str, str], **body: Any) -> Any:
    answer = town.ask("POST", path, way, json=body)
    assert answer.status_code in (200, 201, 202), answer.text
    return answer.json()


def test_the_story_of_an_analyst(lively: Town, world: World) -> None:
    way = lively.token("analist")
    pasted = "(opvang* OR asielcentrum AND Rietmeer NOT kinderopvang OR azc"
    first = _post(lively, "/v1/queries/check", way, query=pasted)
    assert first["ok"] is False
    for _ in range(4):
        if first["ok"]:
            break
        (problem, *_rest) = first["errors"]
        assert problem["hint"]
        pasted = problem["fix"] or "(opvang* OR asielcentrum) AND Rietmeer"
        first = _post(lively, "/v1/queries/check", way, query=pasted)
    assert first["ok"] is True

    streets = lively.ask("PUT", f"{PLACE}/terms/plaatsnaam", way, json={"values": ["Rietmeer"]})
    assert streets.status_code == 200
    better = "(opvang* OR asielcentrum OR *opvang) AND <plaatsnaam>"
    trial = _post(lively, f"{QUERIES}/preview", way, query=better)
    assert trial["fromBuffer"] == 2
    assert any("Kinderopvang" in line["text"] for line in trial["newest"])
    assert {row["source"]: row["count"] for row in trial["perSource"]} == {"bode-example-feed": 5}
    assert sum(day["count"] for day in trial["perDay"]) == trial["count"] == 5
    final = f"{better} NOT kinderopvang"
    trial = _post(lively, f"{QUERIES}/preview", way, query=final)
    assert trial["removed"] == [{"leaf": "kinderopvang", "posts": 1, "alone": 1}]

    change = _post(lively, f"{QUERIES}/diff", way, old={"number": 1}, new={"query": final})
    assert (change["gained"], change["lost"]) == (1, 0)
    assert change["gainedBy"] == [{"leaf": "asielcentrum", "why": "added", "posts": 1}]
    assert "ingang" in change["gainedPosts"][0]["text"]

    made = _post(lively, QUERIES, way, query=final, note="asielcentrum erbij")
    assert (made["number"], made["active"]) == (2, False)
    probe = _post(lively, f"{QUERIES}/2/probes", way, perStratum=5, seed=7)
    assert probe["estimate"]["text"] == "Nog niets beoordeeld."
    address = f"{PLACE}/probes/{probe['id']}"
    for item in probe["items"]:
        verdict = "relevant" if "asielcentrum" in item["text"].casefold() else "irrelevant"
        judged = lively.ask(
            "PUT", f"{address}/items/{item['postKey']}", way, json={"verdict": verdict}
        )
        assert judged.status_code == 200
    read = lively.ask("GET", address, way).json()
    assert read["estimate"]["missed"] == 1
    assert read["estimate"]["missedHigh"] > 1
    terms = {row["name"]: row["posts"] for row in read["strata"]}
    assert terms["topics"] == 1

    before = edition(lively.house, NOW.date()).document
    switched = _post(lively, f"{QUERIES}/2/activation", way, reason="na de steekproef")
    assert switched["backfilled"] == 1
    assert switched["activatedAt"]
    world.shows(
        FEED_ADDRESS, post("n1", "Asielcentrum Rietmeer opent morgen", NOW + timedelta(days=1))
    )
    fetch(lively.house, FEED_ADDRESS)
    texts = [row.text for _, row in hits(lively.house)]
    assert "Asielcentrum Rietmeer opent morgen" in texts
    assert "Asielcentrum Rietmeer krijgt een nieuwe ingang" in texts
    assert edition(lively.house, NOW.date()).document == before
    at(lively.house, NOW + timedelta(days=2))
    draft_due(lively.house)
    after = edition(lively.house, (NOW + timedelta(days=1)).date()).document
    assert after["query_number"] == 2
    assert after["counts"]["posts"] == 2
    (first_switch,) = lively.ask("GET", f"{QUERIES}/activations", way).json()
    assert (first_switch["number"], first_switch["reason"]) == (2, "na de steekproef")


def test_an_old_version_again_gives_its_old_counts(lively: Town) -> None:
    way = lively.token("analist")
    old = lively.ask("GET", f"{QUERIES}/1/counts", way).json()
    put = lively.ask("PUT", f"{PLACE}/terms/plaatsnaam", way, json={"values": ["Elders"]})
    assert put.json() == {"plaatsnaam": ["Elders"]}
    body = {"query": "asielcentrum AND <plaatsnaam>", "note": "elders"}
    assert _post(lively, QUERIES, way, **body)["terms"] == {"plaatsnaam": ["Elders"]}
    again = lively.ask("GET", f"{QUERIES}/1/counts", way).json()
    assert (again["count"], again["perDay"]) == (old["count"], old["perDay"])
    assert lively.ask("GET", f"{QUERIES}/2/counts", way).json()["count"] == 0


def test_a_version_that_names_a_person_needs_a_reason_and_a_second_person(lively: Town) -> None:
    way = lively.token("analist")
    _post(lively, QUERIES, way, query='opvang* AND ("Jan de Vries" OR @jandevries)', note="proef")
    bare = lively.ask("POST", f"{QUERIES}/2/activation", way, json={})
    assert (bare.status_code, bare.json()["field"]) == (400, "reason")
    asked = lively.ask(
        "POST", f"{QUERIES}/2/activation", way, json={"reason": "wethouder, functie"}
    )
    assert asked.status_code == 202
    assert asked.json()["activatedAt"] is None
    assert {one["code"] for one in asked.json()["persons"]} <= {"private-person", "private-handle"}
    active = [row["number"] for row in lively.ask("GET", QUERIES, way).json() if row["active"]]
    assert active == [1]
    assert lively.ask("POST", f"{QUERIES}/2/approval", way).status_code == 403
    agreed = lively.ask("POST", f"{QUERIES}/2/approval", lively.token("adviseur"))
    assert agreed.status_code == 200
    assert agreed.json()["approvedBy"] == "Adviseur.Rietmeer"
    assert lively.ask("POST", f"{QUERIES}/2/approval", lively.token("adviseur")).status_code == 404


def test_who_asked_cannot_agree_even_with_both_roles(lively: Town) -> None:
    add_user(
        lively.house, username="beide", name="Beide", password=PASSWORD, role="analist",
        organisation="rietmeer", dossier=None,
    )  # fmt: skip
    from app.services.users import create_token
    from app.storage import users as user_rows

    with lively.house.database.write() as session:
        user = user_rows.by_username(session, "beide")
        assert user is not None
        user_rows.add_membership(session, user, None, "adviseur")
    tokens = {
        role: {
            "Authorization": "Bearer "
            + create_token(
                lively.house, username="beide", role=role, dossier="de-zonnehoek", expires=None
            )
        }
        for role in ("analist", "adviseur")
    }
    _post(lively, QUERIES, tokens["analist"], query="opvang* AND @jandevries", note="proef")
    path = f"{QUERIES}/2/activation"
    assert lively.ask("POST", path, tokens["analist"], json={"reason": "x"}).status_code == 202
    assert lively.ask("POST", f"{QUERIES}/2/approval", tokens["adviseur"]).status_code == 403


def test_a_restored_version_and_a_silenced_query(lively: Town, world: World) -> None:
    way = lively.token("analist")
    _post(lively, QUERIES, way, query="asielcentrum", note="smal")
    assert _post(lively, f"{QUERIES}/2/activation", way, reason="")["backfilled"] == 2
    assert lively.ask("POST", f"{QUERIES}/2/activation", way, json={}).status_code == 409
    assert _post(lively, f"{QUERIES}/1/activation", way, reason="terug")["number"] == 1
    assert lively.ask("DELETE", f"{QUERIES}/active", way).status_code == 204
    assert lively.ask("DELETE", f"{QUERIES}/active", way).status_code == 409
    world.shows(FEED_ADDRESS, post("z1", "Opvang in Rietmeer vandaag open"))
    before = len(hits(lively.house))
    fetch(lively.house, FEED_ADDRESS)
    assert len(hits(lively.house)) == before


def test_why_a_post_is_found_or_not(lively: Town) -> None:
    way = lively.token("analist")
    trial = _post(lively, f"{QUERIES}/preview", way, query="Rietmeer")
    kinder = next(line for line in trial["newest"] if "Kinderopvang" in line["text"])
    answer = lively.ask("GET", f"{QUERIES}/1/why?postKey={kinder['postKey']}", way).json()
    assert answer["matched"] is False
    assert "opvang" in answer["summary"]
    assert lively.ask("GET", f"{QUERIES}/1/why?postKey={'0' * 64}", way).status_code == 404


def test_streets_come_from_a_csv_all_or_nothing(lively: Town) -> None:
    way = lively.token("analist")
    path = f"{PLACE}/terms/straatnaam/import"
    csv = (
        "\ufeffstraatnaam;postcode\r\nMolenweg;1234 AB\r\n\r\nLange Dijk;1234 AC\r\nMolenweg;x\r\n"
    )
    assert _post(lively, path, way, csv=csv) == {"added": 2, "values": 2}
    bad = lively.ask("POST", path, way, json={"csv": f"Kerkstraat\n{'x' * 301}\n"})
    assert bad.status_code == 400
    assert "Regel 2" in bad.json()["detail"]
    assert lively.ask("GET", f"{PLACE}/terms", way).json() == {
        "straatnaam": ["Molenweg", "Lange Dijk"]
    }


def test_a_newer_template_is_told(lively: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    way = lively.token("analist")
    assert lively.ask("GET", f"{QUERIES}/notice", way).json() is None
    with lively.house.database.write() as session:
        version = session.get_one(QueryVersion, dossier_of(session).query_version_id)
        version.template = "klankbord-2026@0"
        assert dossier_rows.active_version(session, dossier_of(session)) is version
    notice = lively.ask("GET", f"{QUERIES}/notice", way).json()
    assert notice["version"] >= 1
    assert notice["changes"]


def test_what_other_searches_can_run_is_told_with_the_loss(lively: Town) -> None:
    found = lively.ask("GET", f"{QUERIES}/1/export", lively.token("analist")).json()
    assert [one["target"] for one in found] == ["mastodon", "bluesky", "x"]
    assert all(len(search["text"]) <= 512 for search in found[2]["queries"])
    assert any("opvang" in loss["leaf"] for loss in found[2]["losses"])


def test_a_wrong_trial_is_a_400_with_its_place(lively: Town) -> None:
    way = lively.token("analist")
    for path, body in (
        ("preview", {"query": "(azc"}),
        ("preview", {"query": "azc AND <onbekend>"}),
        ("diff", {"old": {"number": 9}, "new": {"query": "azc"}}),
        ("diff", {"old": {"number": 1}, "new": {}}),
    ):
        answer = lively.ask("POST", f"{QUERIES}/{path}", way, json=body)
        assert answer.status_code in (400, 404), (path, body)
    assert lively.ask("POST", f"{QUERIES}/1/probes", way, json={"perStratum": 0}).status_code == 400
    probe = _post(lively, f"{QUERIES}/1/probes", way, perStratum=2)
    address = f"{PLACE}/probes/{probe['id']}/items/{'0' * 64}"
    assert lively.ask("PUT", address, way, json={"verdict": "relevant"}).status_code == 404
    item = probe["items"][0]["postKey"]
    address = f"{PLACE}/probes/{probe['id']}/items/{item}"
    assert lively.ask("PUT", address, way, json={"verdict": "ja"}).status_code == 400
    taken_back = lively.ask("PUT", address, way, json={"verdict": None}).json()
    assert taken_back["items"][0]["verdict"] is None


HOME = "/dossiers/de-zonnehoek"


def _go(town: Town, path: str, way: dict[str, str], form: dict[str, Any]) -> Any:
    """Send a form of ours and follow where it leads."""
    answer = town.ask("POST", path, way, data=form, follow_redirects=False)
    if answer.status_code == 303:
        return town.ask("GET", answer.headers["location"].partition("#")[0], way)
    return answer


def test_the_analyst_works_with_forms_alone(lively: Town) -> None:
    way = {"Cookie": lively.session("analist")["Cookie"]}
    page = lively.ask("GET", f"{HOME}/query/edit", way).text
    assert "Rietmeer AND opvang*" in page
    form = {"csrf": csrf_in(page), "base": "1", "do": "try"}
    wrong = _go(lively, f"{HOME}/query/edit", way, form | {"text": "azc NOT kinder OR Rietmeer"})
    assert wrong.status_code == 400
    assert '<mark class="fault">OR</mark>' in wrong.text
    fixed = _go(
        lively, f"{HOME}/query/edit", way,
        form | {"text": "azc NOT kinder OR Rietmeer", "do": "fix:0"},
    )  # fmt: skip
    assert fixed.status_code == 200
    assert "gevonden" in fixed.text
    good = form | {
        "text": "(opvang* OR asielcentrum) AND <plaatsnaam>", "value:plaatsnaam": "Rietmeer\r\n",
    }  # fmt: skip
    trial = _go(lively, f"{HOME}/query/edit", way, good)
    assert "<mark>Asielcentrum</mark>" in trial.text
    assert "uit de buffer" in trial.text
    bare = _go(lively, f"{HOME}/query/edit", way, good | {"do": "save"})
    assert bare.status_code == 400
    assert "Schrijf op waarom" in bare.text
    saved = _go(lively, f"{HOME}/query/edit", way, good | {"do": "save", "note": "erbij"})
    assert "De versie is opgeslagen" in saved.text
    beside = lively.ask("GET", f"{HOME}/query/diff?old=1&new=2", way).text
    assert "asielcentrum" in beside
    probe = _go(lively, f"{HOME}/query/2/probes", way, {"csrf": csrf_in(page)})
    assert "Nog niets beoordeeld" in probe.text
    (key, *_rest) = re.findall(r'name="post_key" value="([0-9a-f]{64})"', probe.text)
    (address,) = set(re.findall(r'action="(/dossiers/[^"]+/probes/\d+)"', probe.text))
    judged = _go(
        lively, address, way,
        {"csrf": csrf_in(page), "post_key": key, "verdict": "relevant", "position": "1"},
    )  # fmt: skip
    assert 'aria-pressed="true"' in judged.text
    done = _go(lively, f"{HOME}/query/2/activation", way, {"csrf": csrf_in(page), "reason": ""})
    assert "De versie is in gebruik" in done.text


def test_the_adviser_agrees_in_the_page_as_second_person(lively: Town) -> None:
    way = {"Cookie": lively.session("analist")["Cookie"]}
    _post(lively, QUERIES, lively.token("analist"), query="opvang* AND @jandevries", note="proef")
    page = lively.ask("GET", f"{HOME}/query", way).text
    asked = _go(
        lively, f"{HOME}/query/2/activation", way, {"csrf": csrf_in(page), "reason": "functie"}
    )
    assert "tweede persoon" in asked.text
    adviser = {"Cookie": lively.session("adviseur")["Cookie"]}
    page = lively.ask("GET", f"{HOME}/query", adviser).text
    assert "Instemmen met versie 2" in page
    done = _go(lively, f"{HOME}/query/2/approval", adviser, {"csrf": csrf_in(page)})
    assert "De versie is in gebruik" in done.text


def test_a_form_of_the_analyst_without_its_token_does_nothing(lively: Town) -> None:
    way = {"Cookie": lively.session("analist")["Cookie"]}
    for path in ("query/edit", "query/1/activation", "query/1/probes"):
        answer = lively.ask("POST", f"{HOME}/{path}", way, data={"text": "azc"})
        assert answer.status_code == 403, path
    assert len(lively.ask("GET", QUERIES, lively.token("analist")).json()) == 1
