"""The answer bank on the cards: approved answers only, recorded, taken back, replaced, in time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.api.conftest import FEED_ADDRESS
from tests.api.town import FOREIGN, PLACE, Town, csrf_in
from tests.factories import DOSSIER, NOW, fetch, post, told
from tests.fakes import World, of_codes

HOME = f"/dossiers/{DOSSIER}"
ASKED = "Hoeveel plekken telt de opvang in Rietmeer straks?"
SAID = "Er komen honderd plekken."


@pytest.fixture
def asked(town: Town, world: World) -> dict[str, Any]:
    """A question with a theme, as the API shows it."""
    told(town.house).say[ASKED] = replace(of_codes("I1", question=True), theme="aantal")
    world.shows(FEED_ADDRESS, post("v9", ASKED, NOW))
    fetch(town.house, FEED_ADDRESS)
    return card(town)


def card(town: Town, query: str = "theme=aantal") -> dict[str, Any]:
    found = town.ask("GET", f"{PLACE}/posts?{query}", town.token("webcare")).json()["posts"]
    one: dict[str, Any] = found[0]
    return one


def write(town: Town, text: str = SAID, theme: str = "aantal", **more: Any) -> int:
    """A draft of an answer; the version by which it is approved."""
    way = town.token("webcare")
    path = f"{PLACE}/themes/{theme}"
    there = {
        line["slug"]: line["version"] for line in town.ask("GET", f"{PLACE}/themes", way).json()
    }
    body = {"title": "Aantal mensen", "kind": "feitelijk"}
    match = {"If-Match": f'"{there.get(theme, 0)}"'}
    assert town.ask("PUT", path, way, json=body, headers=match).status_code == 200
    said = {"text": text, "state": "beantwoord", **more}
    answer = town.ask("PUT", f"{path}/answer", way, json=said)
    assert answer.status_code == 200, answer.text
    version: int = answer.json()["version"]
    return version


def approve(town: Town, version: int, theme: str = "aantal") -> None:
    match = {"If-Match": f'"{version}"'}
    way = town.token("adviseur")
    assert (
        town.ask("POST", f"{PLACE}/themes/{theme}/approval", way, headers=match).status_code == 200
    )


def offers(town: Town, key: str, role: str = "webcare") -> list[dict[str, Any]]:
    answer = town.ask("GET", f"{PLACE}/posts/{key}/answers", town.token(role))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def give(town: Town, one: dict[str, Any], answer: int) -> Any:
    body = {"posts": [{"postKey": one["postKey"], "version": one["version"]}], "answer": answer}
    return town.ask("POST", f"{PLACE}/post-acts", town.token("webcare"), json=body)


def test_only_an_approved_answer_is_offered_and_that_of_the_theme_first(
    town: Town, asked: dict[str, Any]
) -> None:
    version = write(town)
    assert offers(town, asked["postKey"]) == []
    assert (
        "Goedgekeurd antwoord" not in town.ask("GET", f"{HOME}/posts", town.session("webcare")).text
    )
    approve(town, version)
    approve(town, write(town, "Volgend jaar.", "start"), "start")
    first, second = offers(town, asked["postKey"])
    assert (first["text"], first["matches"]) == (SAID, True)
    assert (second["theme"], second["matches"]) == ("start", False)
    page = town.ask("GET", f"{HOME}/posts?theme=aantal", town.session("webcare")).text
    assert SAID in page
    assert "Volgend jaar." not in page


def test_a_draft_beside_an_approved_answer_is_not_offered(
    town: Town, asked: dict[str, Any]
) -> None:
    approve(town, write(town))
    write(town, "Er komen tweehonderd plekken.")
    assert [one["text"] for one in offers(town, asked["postKey"])] == [SAID]


def test_giving_an_answer_records_which_one_and_when_and_is_taken_back(
    town: Town, asked: dict[str, Any]
) -> None:
    approve(town, write(town))
    (offer,) = offers(town, asked["postKey"])
    factories.at(town.house, town.house.clock.now() + timedelta(hours=2))
    done = give(town, asked, offer["id"])
    assert done.status_code == 200, done.text
    now = card(town)
    assert (now["workState"], now["answeredWith"]) == ("beantwoord", "Aantal mensen")
    assert now["answeredAt"].startswith(town.house.clock.now().isoformat()[:19])
    way = town.token("webcare")
    (act,) = town.ask("GET", f"{PLACE}/posts/{asked['postKey']}/acts", way).json()
    assert (act["act"], act["answer"]) == ("answer", offer["id"])
    (theme,) = [
        line for line in town.ask("GET", f"{PLACE}/themes", way).json() if line["slug"] == "aantal"
    ]
    assert theme["used"] == 1
    log = town.ask("GET", f"{PLACE}/audit?action=post-acted", town.token("auditor")).json()
    assert log["lines"][0]["facts"]["answer"] == offer["id"]
    undone = town.ask("POST", f"{PLACE}/post-acts/{done.json()['batch']}/undo", way)
    assert undone.status_code == 200
    back = card(town)
    assert (back["workState"], back["answeredWith"], back["answeredAt"]) == ("nieuw", None, None)
    themes = town.ask("GET", f"{PLACE}/themes", way).json()
    assert {line["slug"]: line["used"] for line in themes}["aantal"] == 0


def test_an_answer_that_was_replaced_or_is_a_draft_or_of_elsewhere_is_not_given(
    town: Town, asked: dict[str, Any]
) -> None:
    approve(town, write(town))
    (old,) = offers(town, asked["postKey"])
    version = write(town, "Er komen negentig plekken.")
    way = town.token("webcare")
    draft = town.ask("GET", f"{PLACE}/themes", way).json()[0]["answer"]
    assert draft["text"] == "Er komen negentig plekken."
    assert give(town, asked, old["id"] + 1).status_code == 404
    approve(town, version)
    assert give(town, asked, old["id"]).status_code == 409
    assert give(town, asked, 2**31 - 1).status_code == 404
    stranger = town.token("webcare", "veldkoog")
    theirs = town.ask("GET", f"/v1/dossiers/{FOREIGN}/posts", stranger).json()["posts"][0]
    body = {"posts": [{"postKey": theirs["postKey"], "version": 1}], "answer": old["id"] + 1}
    path = f"/v1/dossiers/{FOREIGN}/post-acts"
    assert town.ask("POST", path, stranger, json=body).status_code == 404
    assert card(town)["workState"] == "nieuw"


def test_the_button_on_the_card_answers_without_a_script(town: Town, asked: dict[str, Any]) -> None:
    approve(town, write(town, "<b>Honderd</b> plekken"))
    way = town.session("webcare")
    page = town.ask("GET", f"{HOME}/posts?theme=aantal", way).text
    assert "&lt;b&gt;Honderd&lt;/b&gt; plekken" in page
    answer_id = re.search(r'name="answer" value="(\d+)"', page)
    assert answer_id is not None
    data = {"csrf": csrf_in(page), "posts": f"{asked['postKey']}:{asked['version']}",
            "answer": answer_id[1], "return": f"{HOME}/posts?theme=aantal"}  # fmt: skip
    answer = town.ask("POST", f"{HOME}/post-acts", way, data=data, follow_redirects=False)
    assert answer.status_code == 303
    page = town.ask("GET", answer.headers["location"], way).text
    assert "met het antwoord ‘<bdi>Aantal mensen</bdi>’" in page
    assert "Ongedaan maken" in page
    assert "Goedgekeurd antwoord" not in page


@pytest.mark.parametrize("given", ["²", "x", "-1", "99999999999"])
def test_a_number_that_is_none_is_told(town: Town, asked: dict[str, Any], given: str) -> None:
    way = town.session("webcare")
    csrf = csrf_in(town.ask("GET", f"{HOME}/posts", way).text)
    for field in ("answer", "priority"):
        data = {"csrf": csrf, "posts": f"{asked['postKey']}:{asked['version']}", field: given}
        assert town.ask("POST", f"{HOME}/post-acts", way, data=data).status_code == 400


def test_a_possible_threat_and_who_may_not_work_get_no_answer_to_give(
    town: Town, asked: dict[str, Any]
) -> None:
    approve(town, write(town))
    assert (
        "Goedgekeurd antwoord" not in town.ask("GET", f"{HOME}/posts", town.session("analist")).text
    )
    assert town.ask(
        "GET", f"{PLACE}/posts/{asked['postKey']}/answers", town.token("lezer")
    ).status_code == 403  # fmt: skip
