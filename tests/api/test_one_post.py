"""One post by itself: how sure the label is, the conversation, what was done, and taking that back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.api.pages.cards import how_sure
from app.services.setup import set_up
from app.storage import posts as post_rows
from app.storage.models import Context
from tests import factories
from tests.api.conftest import FEED_ADDRESS, QUESTION, THREAT
from tests.api.town import PLACE, Town, csrf_in
from tests.factories import DOSSIER, NOW, dossier_of, fetch, post, told
from tests.fakes import World, of_codes

HOME = f"/dossiers/{DOSSIER}"
HOSTILE = "<script>alert(1)</script> @buurvrouw zei \u202ehet ook"


def key_of(town: Town, text: str) -> str:
    found = [hit.post_key for hit, row in factories.hits(town.house) if row.text == text]
    return found[0]


def keep_around(town: Town, key: str, text: str, relation: str = "reply") -> None:
    """A reply that matches no query, as the job of the conversations keeps it."""
    with town.house.database.write() as session:
        hit = post_rows.hit_in(session, dossier_of(session).id, key)
        assert hit is not None
        row = Context(hit_id=hit.id, post_key="c" * 64, relation=relation, text=text,
                      published_at=NOW)  # fmt: skip
        post_rows.add_context(session, hit.id, row)


def label(town: Town, key: str, *codes: str, role: str = "webcare") -> int:
    """A person's label; the id by which it is taken back."""
    way = town.token(role)
    etag = town.ask("GET", f"{PLACE}/posts/{key}", town.token("webcare")).headers["etag"]
    body = {"status": "gelabeld" if codes else "geen", "subLabels": list(codes)}
    path = f"{PLACE}/posts/{key}/annotations"
    answer = town.ask("POST", path, way, json=body, headers={"If-Match": etag})
    assert answer.status_code == 201, answer.text
    said = town.ask("GET", path, way).json()
    number: int = said[-1]["id"]
    return number


def codes(town: Town, key: str) -> tuple[list[str], bool]:
    shown = town.ask("GET", f"{PLACE}/posts/{key}", town.token("webcare")).json()
    return shown["subLabels"], shown["labelledByPerson"]


def take_back(town: Town, key: str, number: int, role: str = "webcare") -> int:
    path = f"{PLACE}/posts/{key}/annotations/{number}/undo"
    return town.ask("POST", path, town.token(role)).status_code


def test_the_conversation_is_masked_read_on_demand_and_written_down(town: Town) -> None:
    key = key_of(town, QUESTION)
    way = town.token("webcare")
    assert town.ask("GET", f"{PLACE}/posts/{key}/conversation", way).json() == []
    keep_around(town, key, HOSTILE)
    (one,) = town.ask("GET", f"{PLACE}/posts/{key}/conversation", way).json()
    assert (one["relation"], one["postKey"]) == ("reply", None)
    assert "buurvrouw" not in one["text"]
    page = town.ask("GET", f"{HOME}/posts/{key}", town.session("webcare")).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    lines = town.ask("GET", f"{PLACE}/audit", town.token("auditor")).json()["lines"]
    assert {"conversation-read", "post-read"} <= {line["action"] for line in lines}


def test_another_hit_of_the_same_conversation_is_shown_as_a_hit(town: Town, world: World) -> None:
    same = {"thread": "https://bode.example/draad"}
    world.shows(
        FEED_ADDRESS,
        post("d1", "Waarom de opvang in Rietmeer?", NOW, **same),
        post("d2", "Daarom de opvang in Rietmeer.", NOW, **same),
    )
    fetch(town.house, FEED_ADDRESS)
    first, second = (
        key_of(town, "Waarom de opvang in Rietmeer?"),
        key_of(town, "Daarom de opvang in Rietmeer."),
    )
    way = town.token("webcare")
    found = town.ask("GET", f"{PLACE}/posts/{first}/conversation", way).json()
    assert [(one["relation"], one["postKey"]) for one in found] == [("hit", second)]
    page = town.ask("GET", f"{HOME}/posts/{first}", town.session("webcare")).text
    assert f'href="{HOME}/posts/{second}"' in page


def test_a_conversation_shows_no_hit_of_another_dossier(town: Town, world: World) -> None:
    set_up(town.house, factories.init_file(FEED_ADDRESS, dossier="de-dam", query_text="Molenweg"))
    same = {"thread": "https://bode.example/draad"}
    words = "Waarom de opvang in Rietmeer?"
    world.shows(
        FEED_ADDRESS,
        post("d1", words, NOW, **same),
        post("d2", "De Molenweg gaat dicht.", NOW, **same),
    )
    fetch(town.house, FEED_ADDRESS)
    assert [row.text for _, row in factories.hits(town.house, "de-dam")] == [
        "De Molenweg gaat dicht."
    ]
    path = f"{PLACE}/posts/{key_of(town, words)}/conversation"
    assert town.ask("GET", path, town.token("webcare")).json() == []


def test_a_possible_threat_hides_its_conversation_too(town: Town) -> None:
    key = key_of(town, THREAT)
    keep_around(town, key, "Antwoord op de dreiging")
    assert town.ask("GET", f"{PLACE}/posts/{key}/conversation", town.token("analist")).json() == []
    page = town.ask("GET", f"{HOME}/posts/{key}", town.session("analist")).text
    assert "Antwoord op de dreiging" not in page
    assert (
        "Antwoord op de dreiging"
        in town.ask("GET", f"{HOME}/posts/{key}", town.session("webcare")).text
    )


def test_a_label_is_taken_back_and_the_one_before_it_counts_again(town: Town) -> None:
    key = key_of(town, QUESTION)
    assert codes(town, key) == (["I1"], False)
    first = label(town, key, "I2")
    second = label(town, key, "B3")
    assert take_back(town, key, first) == 409
    assert take_back(town, key, second) == 200
    assert codes(town, key) == (["I2"], True)
    assert take_back(town, key, second) == 409
    assert take_back(town, key, first) == 200
    assert codes(town, key) == (["I1"], False)
    assert take_back(town, key, 2**31 - 1) == 404
    said = town.ask("GET", f"{PLACE}/posts/{key}/annotations", town.token("webcare")).json()
    assert [one["withdraws"] for one in said] == [None, None, second, first]
    assert not any(one["counts"] for one in said)
    (hit,) = (hit for hit, _ in factories.hits(town.house) if hit.post_key == key)
    assert (hit.is_i, hit.is_b, hit.codes) == (True, False, " I1 ")


def test_what_was_taken_back_counts_in_no_edition(town: Town) -> None:
    key = key_of(town, QUESTION)
    number = label(town, key, "B3")
    take_back(town, key, number)
    factories.at(town.house, town.house.clock.now())
    with town.house.database.read() as session:
        from app.storage import labels as label_rows

        ids = [hit.id for hit, _ in factories.hits(town.house)]
        assert label_rows.newest_annotations(session, ids) == {}
        before = label_rows.newest_annotations(session, ids, (number, town.house.clock.now()))
        assert [row.id for row in before.values()] == [number]


def test_who_may_not_judge_a_threat_takes_no_judgement_back(town: Town) -> None:
    key = key_of(town, THREAT)
    way = town.token("webcare")
    etag = town.ask("GET", f"{PLACE}/posts/{key}", way).headers["etag"]
    body = {"verdict": "dismiss", "reason": "beeldspraak"}
    path = f"{PLACE}/posts/{key}"
    assert town.ask(
        "POST", f"{path}/judgement", way, json=body, headers={"If-Match": etag}
    ).status_code == 200  # fmt: skip
    number = town.ask("GET", f"{path}/annotations", way).json()[-1]["id"]
    assert take_back(town, key, number, "analist") == 403
    assert town.ask("GET", f"{PLACE}/posts?threatCandidate=true", way).json()["posts"] == []
    assert take_back(town, key, number, "adviseur") == 200
    assert len(town.ask("GET", f"{PLACE}/posts?threatCandidate=true", way).json()["posts"]) == 1


def test_the_page_tells_what_was_done_by_whom_and_undoes_it_without_a_script(town: Town) -> None:
    key = key_of(town, QUESTION)
    way = town.session("webcare")
    page = town.ask("GET", f"{HOME}/posts/{key}", way).text
    assert "Nog niemand deed iets" in page
    version = town.ask("GET", f"{PLACE}/posts/{key}", town.token("webcare")).json()["version"]
    data: dict[str, Any] = {"csrf": csrf_in(page), "return": f"{HOME}/posts/{key}"}
    noted = data | {"posts": f"{key}:{version}", "note": "<i>Gebeld</i> met wijkteam"}
    town.ask("POST", f"{HOME}/post-acts", way, data=noted, follow_redirects=False)
    given = data | {"version": version + 1, "status": "gelabeld", "sub_label": ["I4"]}
    answer = town.ask("POST", f"{HOME}/posts/{key}/labels", way, data=given, follow_redirects=False)
    assert answer.status_code == 303
    page = town.ask("GET", answer.headers["location"], way).text
    assert "Gedaan." in page
    assert "&lt;i&gt;Gebeld&lt;/i&gt; met wijkteam" in page
    assert "Webcare.Rietmeer</bdi>: <bdi>Label: I4" in page
    (undo,) = {
        part.split('"')[0]
        for part in page.split('action="')
        if "/undo" in part and "labels" in part
    }
    answer = town.ask("POST", undo, way, data=data, follow_redirects=False)
    assert answer.headers["location"] == f"{HOME}/posts/{key}"
    assert "Label teruggenomen" in town.ask("GET", f"{HOME}/posts/{key}", way).text
    assert codes(town, key) == (["I1"], False)


def test_several_posts_are_given_to_a_colleague_or_get_priority_at_once(town: Town) -> None:
    way = town.session("webcare")
    page = town.ask("GET", f"{HOME}/posts", way).text
    shown = town.ask("GET", f"{PLACE}/posts", town.token("webcare")).json()["posts"]
    chosen = [f"{one['postKey']}:{one['version']}" for one in shown]
    number = next(
        one.split('"')[0]
        for one in page.split('<option value="')
        if "Adviseur.Rietmeer" in one[:60]
    )
    data = {"csrf": csrf_in(page), "posts": chosen, "give_to": number, "do": "give"}
    town.ask("POST", f"{HOME}/post-acts", way, data=data, follow_redirects=False)
    shown = town.ask("GET", f"{PLACE}/posts", town.token("webcare")).json()["posts"]
    assert {one["owner"] for one in shown} == {"Adviseur.Rietmeer"}
    chosen = [f"{one['postKey']}:{one['version']}" for one in shown]
    data = {"csrf": csrf_in(page), "posts": chosen, "give_to": number, "priority": "2"}
    town.ask("POST", f"{HOME}/post-acts", way, data=data, follow_redirects=False)
    shown = town.ask("GET", f"{PLACE}/posts", town.token("webcare")).json()["posts"]
    assert {(one["owner"], one["priority"]) for one in shown} == {("Adviseur.Rietmeer", 2)}


def test_a_name_of_nothing_in_the_address_offers_no_undo(town: Town) -> None:
    way = town.session("webcare")
    for part in ("undo=x", "undo=../../x", "relabelled=x.1", f"relabelled={'a' * 64}.x"):
        assert "Gedaan." not in town.ask("GET", f"{HOME}/posts?{part}", way).text


@pytest.mark.parametrize(
    ("labels", "chances", "word"),
    [
        (["a"], {"a": 0.9, "b": 0.1}, "sure"),
        (["a", "b"], {"a": 0.9, "b": 0.7}, "likely"),
        (["a"], {"a": 0.4, "b": 0.1}, "doubt"),
        ([], {"a": 0.1, "b": 0.05}, "sure"),
        ([], {"a": 0.5}, "doubt"),
        (["a"], {}, ""),
    ],
)
def test_how_sure_is_told_in_words(labels: list[str], chances: dict[str, float], word: str) -> None:
    assert how_sure(labels, chances) == word


def test_a_computers_label_says_how_sure_it_is_and_a_persons_does_not(
    town: Town, world: World
) -> None:
    text = "Hoe lang blijft de opvang in Rietmeer?"
    told(town.house).say[text] = replace(
        of_codes("I1", question=True), probabilities={"informatiebehoefte": 0.97}
    )
    world.shows(FEED_ADDRESS, post("z1", text, NOW))
    fetch(town.house, FEED_ADDRESS)
    key = key_of(town, text)
    way = town.session("webcare")
    assert "door de computer: zeker" in town.ask("GET", f"{HOME}/posts/{key}", way).text
    label(town, key, "I2")
    assert "zeker" not in town.ask("GET", f"{HOME}/posts/{key}", way).text
