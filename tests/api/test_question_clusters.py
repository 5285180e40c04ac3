"""Asked questions through the API and the pages: read, put into words, merged, taken apart, logged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.services import questions
from app.storage import audit as audit_rows
from app.storage.models import Organisation
from tests.api.conftest import FEED_ADDRESS
from tests.api.town import PLACE, Town, csrf_in
from tests.factories import DOSSIER, NOW, dossier_of, fetch, post, told
from tests.fakes import World, of_codes

CLUSTERS = f"{PLACE}/question-clusters"
HOME = f"/dossiers/{DOSSIER}/questions"
PLACES = "Hoeveel plekken telt de opvang in Rietmeer straks?"
AGAIN = "hoeveel plekken telt die opvang in Rietmeer straks dan, @jan?"
DOGS = "Mogen er honden in de opvang in Rietmeer?"


@pytest.fixture
def asked(town: Town, world: World) -> Town:
    """Two times the same question, and one that stands alone."""
    told(town.house).say |= {
        PLACES: replace(of_codes("I1", question=True), theme="aantal"),
        AGAIN: replace(of_codes("I1", question=True), theme="aantal"),
        DOGS: replace(of_codes("I1", question=True), theme="overig"),
    }
    hour = timedelta(hours=1)
    world.shows(
        FEED_ADDRESS, post("q1", PLACES, NOW - 3 * hour), post("q2", AGAIN, NOW - 2 * hour),
        post("q3", DOGS, NOW - hour),
    )  # fmt: skip
    fetch(town.house, FEED_ADDRESS)
    with town.house.database.write() as session:
        questions.place_new(town.house, session, dossier_of(session).id)
    return town


def listed(town: Town, role: str = "webcare", query: str = "") -> list[dict[str, Any]]:
    answer = town.ask("GET", f"{CLUSTERS}{query}", town.token(role))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["clusters"]
    return found


def _of(town: Town, text: str) -> dict[str, Any]:
    """The cluster that holds this post."""
    for one in listed(town):
        posts = town.ask("GET", f"{CLUSTERS}/{one['name']}/posts", town.token("webcare")).json()
        if text in {post["text"] for post in posts}:
            return one
    raise AssertionError(text)


def change(town: Town, method: str, path: str, body: dict[str, Any], version: int = 1) -> Any:
    match = {"If-Match": f'"{version}"'}
    return town.ask(method, f"{CLUSTERS}/{path}", town.token("analist"), json=body, headers=match)


def actions(town: Town) -> list[str]:
    with town.house.database.read() as session:
        organisation = session.query(Organisation).filter_by(slug="rietmeer").one()
        return [line.action for line in audit_rows.lines(session, organisation.id)]


def test_clusters_are_listed_with_their_numbers_and_paged(asked: Town) -> None:
    first, second = listed(asked)[:2]
    assert (first["n"], first["lately"], first["theme"], first["title"]) == (
        2, 2, "aantal", "Aantal mensen",
    )  # fmt: skip
    assert (second["n"], second["theme"]) == (1, "overig")
    assert listed(asked, query="?theme=overig")[0]["name"] == second["name"]
    assert {one["theme"] for one in listed(asked, query="?theme=overig")} == {"overig"}
    page = asked.ask("GET", f"{CLUSTERS}?limit=1", asked.token("webcare")).json()
    assert (page["next"], page["total"]) == (1, len(listed(asked)))
    assert listed(asked, query="?limit=1&start=1")[0]["name"] == second["name"]


def test_posts_of_a_cluster_are_masked_newest_first_and_logged(asked: Town) -> None:
    name = listed(asked)[0]["name"]
    found = asked.ask("GET", f"{CLUSTERS}/{name}/posts", asked.token("webcare")).json()
    assert [one["text"] for one in found] == [AGAIN.replace("@jan", "@…"), PLACES]
    assert "posts-read" in actions(asked)


def test_put_into_words_with_the_version_that_was_read(asked: Town) -> None:
    name = listed(asked)[0]["name"]
    body = {"paraphrase": "Hoeveel plekken komen er?", "theme": "locatie"}
    said = change(asked, "PUT", name, body)
    assert said.status_code == 200, said.text
    assert (said.json()["paraphrase"], said.json()["theme"]) == (
        "Hoeveel plekken komen er?", "locatie",
    )  # fmt: skip
    assert said.headers["ETag"] == '"2"'
    assert change(asked, "PUT", name, body).status_code == 412
    quoted = change(asked, "PUT", name, {"paraphrase": PLACES}, 2)
    assert quoted.status_code == 400, quoted.text
    assert "eigen woorden" in quoted.text
    assert actions(asked).count("question-described") == 1
    posts = asked.ask("GET", f"{PLACE}/posts?theme=locatie", asked.token("webcare")).json()
    assert len(posts["posts"]) == 2


def test_merge_and_split_are_kept_as_examples(asked: Town) -> None:
    first = listed(asked)[0]
    second = _of(asked, DOGS)
    merged = change(asked, "POST", f"{first['name']}/merge", {"other": second["name"]})
    assert (merged.status_code, merged.json()["n"]) == (200, 3)
    posts = asked.ask("GET", f"{CLUSTERS}/{first['name']}/posts", asked.token("webcare")).json()
    dogs = posts[0]["postKey"]
    apart = change(asked, "POST", f"{first['name']}/split", {"postKeys": [dogs]}, 2)
    assert (apart.status_code, apart.json()["n"]) == (201, 1)
    pairs = asked.ask("GET", f"{CLUSTERS}/pairs", asked.token("analist")).json()
    assert [(pair["same"], dogs in (pair["postKey"], pair["otherKey"])) for pair in pairs] == [
        (True, True), (False, True),
    ]  # fmt: skip
    assert {"questions-merged", "questions-split"} <= set(actions(asked))


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "{name}", {}, 400),
        ("PUT", "{name}", {"paraphrase": "x", "anders": 1}, 400),
        ("PUT", "{name}", {"paraphrase": "x", "theme": "geen thema"}, 400),
        ("PUT", "niet-hex", {"paraphrase": "x"}, 400),
        ("PUT", "0" * 16, {"paraphrase": "x"}, 404),
        ("POST", "{name}/merge", {"other": "{name}"}, 400),
        ("POST", "{name}/merge", {"other": "f" * 16}, 404),
        ("POST", "{name}/split", {"postKeys": []}, 400),
        ("POST", "{name}/split", {"postKeys": ["f" * 64]}, 400),
        ("POST", "suggestions/niets", {"title": "Niets"}, 403),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(
    asked: Town, method: str, path: str, body: dict[str, Any], status: int
) -> None:
    name = listed(asked)[0]["name"]
    given = {key: name if value == "{name}" else value for key, value in body.items()}
    answer = change(asked, method, path.replace("{name}", name), given)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]
    assert listed(asked)[0]["version"] == 1


def test_the_page_shows_the_words_of_posts_only_to_who_may_read_them(asked: Town) -> None:
    page = asked.ask("GET", HOME, asked.session("webcare")).text
    assert DOGS in page
    assert "@jan" not in page
    assert "Over aantal mensen, nog niet in onze woorden gezet" in page
    assert asked.ask("GET", HOME, asked.session("lezer")).status_code == 403
    assert asked.ask("GET", f"{HOME}/{'0' * 16}", asked.session("webcare")).status_code == 404


def forms(town: Town, path: str, role: str = "webcare") -> tuple[dict[str, str], str]:
    way = town.session(role)
    page = town.ask("GET", path, way)
    assert page.status_code == 200, page.text
    return way, csrf_in(page.text)


def test_the_page_puts_into_words_merges_and_takes_apart(asked: Town) -> None:
    first, second = listed(asked)[0], _of(asked, DOGS)
    address = f"{HOME}/{first['name']}"
    way, csrf = forms(asked, address)
    said = {"csrf": csrf, "version": "1", "paraphrase": "Hoeveel plekken?", "theme": ""}
    done = asked.ask("POST", address, way, data=said, follow_redirects=False)
    page = asked.ask("GET", done.headers["location"], way).text
    assert "Het verslag dat nog wacht, toont deze woorden." in page
    chosen = [f"{first['name']}:2", f"{second['name']}:1"]
    merged = asked.ask(
        "POST", HOME, way, data={"csrf": csrf, "cluster": chosen}, follow_redirects=False
    )
    assert merged.status_code == 303, merged.text
    page = asked.ask("GET", merged.headers["location"], way).text
    assert "3 keer gevraagd" in page
    assert DOGS in page
    posts = asked.ask("GET", f"{CLUSTERS}/{first['name']}/posts", way).json()
    dogs = next(one["postKey"] for one in posts if one["text"] == DOGS)
    split = {"csrf": csrf, "version": "3", "posts": [dogs]}
    apart = asked.ask("POST", f"{address}/split", way, data=split, follow_redirects=False)
    assert apart.status_code == 303, apart.text
    assert sorted(one["n"] for one in listed(asked))[-2:] == [1, 2]


def test_a_page_that_is_old_or_a_choice_that_is_none_is_told_and_changes_nothing(
    asked: Town,
) -> None:
    first, second = listed(asked)[:2]
    address = f"{HOME}/{first['name']}"
    way, csrf = forms(asked, address)
    tries: list[tuple[str, dict[str, Any], str]] = [
        (HOME, {"cluster": [f"{first['name']}:1"]}, "minstens twee groepen"),
        (HOME, {"cluster": [f"{first['name']}:9", f"{second['name']}:1"]}, "intussen gewijzigd"),
        (HOME, {"cluster": ["onzin", "x:1"]}, "intussen gewijzigd"),
        (address, {"version": "9", "paraphrase": "x"}, "intussen gewijzigd"),
        (address, {"version": "1", "paraphrase": "50% van de inwoners"}, "niet representatief"),
        (f"{address}/split", {"version": "1"}, "Kies welke vragen"),
        (f"{HOME}/themes", {"word": "weg", "title": "Weg"}, "komt niet (meer) terug"),
    ]
    for path, data, words in tries:
        answer = asked.ask("POST", path, way, data={"csrf": csrf, **data})
        assert answer.status_code == 400, (path, answer.text[:300])
        assert words in answer.text, path
    assert asked.ask("POST", HOME, way, data={"cluster": []}).status_code == 403
    assert {one["version"] for one in listed(asked)} == {1}
