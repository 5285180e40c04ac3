"""The labelling queue: what comes next for whom, one key a post, and a second reading that is blind."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from app.services import annotating
from app.services.house import House
from tests.api.conftest import FEED_ADDRESS, QUESTION
from tests.api.town import PLACE, Town, csrf_in
from tests.factories import DOSSIER, NOW, fetch, person, post, told
from tests.fakes import World, of_codes

QUEUE = f"{PLACE}/labelling"
PAGE = f"/dossiers/{DOSSIER}/labelling"


def _next(town: Town, way: dict[str, str]) -> dict[str, Any]:
    answer = town.ask("GET", f"{QUEUE}/next", way)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["next"]
    return found


def _say(town: Town, way: dict[str, str], one: dict[str, Any], **body: Any) -> Any:
    return town.ask(
        "POST", f"{QUEUE}/{one['postKey']}", way, json=body,
        headers={"If-Match": f'"{one["version"]}"'},
    )  # fmt: skip


@pytest.fixture
def all_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every labelled post is read again, so that a small town has some."""
    monkeypatch.setattr(annotating, "EVERY", 1)


def test_a_post_is_accepted_and_the_next_comes(town: Town) -> None:
    way = town.token("webcare")
    seen = set()
    for _ in range(3):
        one = _next(town, way)
        assert one["suggestion"]["status"]
        done = _say(town, way, one, verdict="accept")
        assert done.status_code == 201, done.text
        seen.add(one["postKey"])
    assert len(seen) == 3
    assert _next(town, way) is None
    progress = town.ask("GET", QUEUE, way).json()
    assert (progress["labelled"], progress["mine"], progress["left"]) == (3, 3, 0)
    assert progress["alpha"] == {}


def test_a_changed_label_is_kept_beside_what_the_labeller_said(town: Town) -> None:
    way = town.token("webcare")
    one = _next(town, way)
    done = _say(town, way, one, verdict="change", status="gelabeld", subLabels=["B3"])
    assert done.status_code == 201
    shown = town.ask("GET", f"{PLACE}/posts/{one['postKey']}", way).json()
    assert shown["subLabels"] == ["B3"]
    assert shown["labelledByPerson"]
    assert _say(town, way, one, verdict="accept").status_code == 412


def test_who_does_not_judge_threats_never_gets_one_in_the_queue(town: Town) -> None:
    way = town.token("analist")
    keys = set()
    while (one := _next(town, way)) is not None:
        keys.add(one["postKey"])
        assert _say(town, way, one, verdict="accept").status_code == 201
    assert len(keys) == 2
    judged = town.token("webcare")
    left = _next(town, judged)
    assert left["suggestion"]["subLabels"] == ["S3"]
    assert _say(town, way, left, verdict="accept").status_code == 403
    assert _say(town, judged, left, verdict="accept").status_code == 201
    shown = town.ask("GET", f"{PLACE}/posts/{left['postKey']}", judged).json()
    assert shown["threatCandidate"]
    assert not shown["confirmed"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verdict": "maybe"},
        {"verdict": "change"},
        {"verdict": "change", "status": "gelabeld"},
        {"verdict": "change", "status": "geen", "subLabels": ["I1"]},
        {"verdict": "blind", "status": "geen", "extra": 1},
    ],
)
def test_a_verdict_that_says_nothing_is_refused(town: Town, body: dict[str, Any]) -> None:
    way = town.token("webcare")
    one = _next(town, way)
    assert _say(town, way, one, **body).status_code == 400
    assert town.ask("GET", QUEUE, way).json()["labelled"] == 0


@pytest.mark.usefixtures("all_twice")
def test_a_second_reader_sees_neither_label_nor_suggestion_and_changes_nothing(town: Town) -> None:
    first, second = town.token("webcare"), town.token("adviseur")
    one = _next(town, first)
    assert _say(town, first, one, verdict="change", status="ruis").status_code == 201
    again = _next(town, second)
    assert (again["postKey"], again["why"], again["suggestion"]) == (one["postKey"], "second", None)
    page = town.ask("GET", PAGE, {"Cookie": town.session("adviseur")["Cookie"]}).text
    assert "Een collega heeft dit bericht al gelabeld" in page
    assert 'value="accept"' not in page
    read = _say(town, second, again, verdict="blind", status="gelabeld", subLabels=["I1"])
    assert read.status_code == 201, read.text
    assert read.json()["twice"] == 1
    shown = town.ask("GET", f"{PLACE}/posts/{one['postKey']}", first).json()
    assert (shown["status"], shown["subLabels"]) == ("ruis", [])
    assert _say(town, second, again, verdict="blind", status="geen").status_code == 412
    said = town.ask("GET", f"{PLACE}/posts/{one['postKey']}/annotations", first).json()
    assert [row["status"] for row in said] == ["ruis", "gelabeld"]


@pytest.mark.usefixtures("all_twice")
def test_nobody_reads_their_own_post_twice(town: Town) -> None:
    way = town.token("webcare")
    one = _next(town, way)
    _say(town, way, one, verdict="accept")
    assert _next(town, way)["postKey"] != one["postKey"]
    assert _say(town, way, one, verdict="blind", status="geen").status_code == 412


@pytest.mark.usefixtures("all_twice")
def test_agreement_is_told_with_its_number_once_there_is_enough(town: Town, world: World) -> None:
    house = town.house
    texts = [f"Vraag {at} over de opvang in Rietmeer?" for at in range(24)]
    told(house).say = {text: of_codes("I1", question=True) for text in texts}
    world.shows(
        FEED_ADDRESS,
        *(post(f"v{at}", text, NOW - timedelta(minutes=at)) for at, text in enumerate(texts)),
    )
    fetch(house)
    first, second = town.token("webcare"), town.token("adviseur")
    person(house, "tweede.rietmeer", "adviseur")
    while (one := _next(town, first)) is not None:
        _say(town, first, one, verdict="accept")
    differ = 0
    while (one := _next(town, second)) is not None:
        differ += 1
        code = ["B2"] if differ == 1 else ["I1"]
        _say(town, second, one, verdict="blind", status="gelabeld", subLabels=code)
    progress = town.ask("GET", QUEUE, first).json()
    assert progress["twice"] == differ >= 20
    assert set(progress["alpha"]) == {
        "informatiebehoefte", "betekenisgeving", "schadebeperking", "status",
    }  # fmt: skip
    assert progress["alpha"]["betekenisgeving"] < 1.0
    page = town.ask("GET", PAGE, {"Cookie": town.session("webcare")["Cookie"]}).text
    assert f"Krippendorffs alfa over {differ} berichten" in page


def test_half_is_random_a_third_uncertain_and_the_rest_serious() -> None:
    counted = {kind: annotating.PATTERN.count(kind) for kind in set(annotating.PATTERN)}
    assert counted == {annotating.RANDOM: 3, annotating.UNCERTAIN: 2, annotating.SERIOUS: 1}


def test_one_in_twenty_is_due_twice() -> None:
    keys = [f"{at * 7919:064x}" for at in range(20_000)]
    assert abs(sum(map(annotating.due_twice, keys)) - 1_000) < 60


def _form(town: Town, way: dict[str, str], verdict: str, **more: str) -> Any:
    page = town.ask("GET", PAGE, way).text
    found = re.search(rf'action="{PAGE}/([0-9a-f]{{64}})"', page)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert found
    assert version
    data = {"csrf": csrf_in(page), "version": version[1], "verdict": verdict, **more}
    return town.ask("POST", f"{PAGE}/{found[1]}", way, data=data, follow_redirects=False)


@pytest.mark.parametrize(
    ("verdict", "more"),
    [("accept", {}), ("I", {}), ("B", {}), ("geen", {}), ("ruis", {}), ("parts", {"sub_label": "I6"})],
)  # fmt: skip
def test_the_page_takes_a_verdict_without_a_script(
    town: Town, verdict: str, more: dict[str, str]
) -> None:
    way = {"Cookie": town.session("webcare")["Cookie"]}
    done = _form(town, way, verdict, **more)
    assert done.status_code == 303, done.text
    assert done.headers["location"].startswith(f"{PAGE}?last=")
    assert town.ask("GET", QUEUE, way).json()["labelled"] == 1
    again = town.ask("GET", done.headers["location"], way).text
    assert "Opgeslagen." in again


@pytest.mark.parametrize(("verdict", "more"), [("", {}), ("parts", {}), ("parts", {"sub_label": "Z9"})])  # fmt: skip
def test_a_form_that_says_nothing_leaves_everything(
    town: Town, verdict: str, more: dict[str, str]
) -> None:
    way = {"Cookie": town.session("webcare")["Cookie"]}
    done = _form(town, way, verdict, **more)
    assert done.status_code == 400
    assert 'role="alert"' in done.text
    assert town.ask("GET", QUEUE, way).json()["labelled"] == 0


def test_a_blind_reading_never_hides_that_a_threat_was_confirmed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotating, "EVERY", 1)
    webcare, adviser = town.token("webcare"), town.token("adviseur")
    (threat,) = (p for p in town.ask("GET", f"{PLACE}/posts?subLabel=S3", webcare).json()["posts"])
    confirmed = town.ask(
        "POST", f"{PLACE}/posts/{threat['postKey']}/annotations", webcare,
        json={"status": "gelabeld", "subLabels": ["S3"], "confirmed": True},
        headers={"If-Match": f'"{threat["version"]}"'},
    )  # fmt: skip
    assert confirmed.status_code == 201, confirmed.text
    again = _next(town, adviser)
    assert again["postKey"] == threat["postKey"]
    _say(town, adviser, again, verdict="blind", status="geen")
    shown = town.ask("GET", f"{PLACE}/posts/{threat['postKey']}", webcare).json()
    assert shown["confirmed"]
    assert shown["subLabels"] == ["S3"]


def test_the_question_of_the_town_is_in_the_queue(town: Town, lite_house: House) -> None:
    way = town.token("webcare")
    texts = []
    while (one := _next(town, way)) is not None:
        texts.append(one["text"])
        _say(town, way, one, verdict="change", status="geen")
    assert any(text.startswith(QUESTION[:20]) for text in texts)


@pytest.mark.parametrize("role", ["lezer", "webcare", "auditor"])
def test_who_reads_the_numbers_may_read_how_good_the_labeller_is(
    town: Town, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = {"Cookie": town.session(role)["Cookie"]}
    address = f"/dossiers/{DOSSIER}/model"
    bare = town.ask("GET", address, way).text
    assert "heeft geen modelkaart" in bare
    monkeypatch.setattr(type(town.house.labeller), "name", "ibs-nl")
    page = town.ask("GET", address, way).text
    for heading in ("Scores", "IJking", "Gelijke behandeling", "Zwak, en dat weten we"):
        assert f"<h2>{heading}</h2>" in page
    assert f'href="{address}"' in town.ask("GET", f"/dossiers/{DOSSIER}/moments", way).text
    assert town.ask("GET", "/dossiers/bestaat-niet/model", way).status_code == 404
