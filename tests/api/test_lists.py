"""Account lists through `/v1` and as forms: versions, a CSV, a second person, and what it tells."""

from __future__ import annotations

import pytest
from httpx2 import Response

from tests.api.town import PLACE, Town, csrf_in
from tests.factories import DOSSIER, person

LISTS = f"{PLACE}/account-lists"
HOME = f"/dossiers/{DOSSIER}/account-lists"
PRESS = {
    "kind": "journalists", "name": "Pers", "reason": "Openbaar", "expires": "2027-01-01",
    "accounts": ["@bode"],
}  # fmt: skip
PERSON = {"account": "@jan.de.vries", "until": "2026-12-31", "reason": "Woordvoerder van de groep"}


def second(town: Town) -> None:
    person(town.house, "tweede.rietmeer", "webcare")


def made(town: Town, **changes: object) -> str:
    answer = town.ask("POST", LISTS, town.token("webcare"), json=PRESS | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def test_a_list_is_changed_only_in_the_version_that_was_read(town: Town) -> None:
    way, address = town.token("webcare"), made(town)
    etag = {"If-Match": town.ask("GET", address, way).headers["etag"]}
    body = {"reason": "Openbare functie", "expires": "2026-12-01"}
    assert town.ask("PATCH", address, way, json=body).status_code == 428
    assert town.ask("PATCH", address, way, json={}, headers=etag).status_code == 400
    changed = town.ask("PATCH", address, way, json=body, headers=etag)
    assert (changed.json()["reason"], changed.json()["expiresSoon"]) == ("Openbare functie", True)
    assert town.ask("PATCH", address, way, json=body, headers=etag).status_code == 412
    fresh = {"If-Match": changed.headers["etag"]}
    other = PRESS | {"name": "Media", "accounts": ["@omroep", "@bode"]}
    replaced = town.ask("PUT", address, way, json=other, headers=fresh).json()
    assert (replaced["name"], replaced["accounts"]) == ("Media", ["@bode", "@omroep"])
    only = town.ask(
        "PUT", address, way, json=PRESS, headers={"If-Match": f'"{replaced["version"]}"'}
    )
    assert only.json()["accounts"] == ["@bode"]
    member = only.json()["members"][0]["id"]
    gone = town.ask(
        "DELETE", f"{address}/members/{member}", way, headers={"If-Match": only.headers["etag"]}
    )
    assert gone.json()["members"] == []
    again = town.ask("DELETE", f"{address}/members/{member}", way, headers={"If-Match": "9"})
    assert again.status_code in (404, 412)


def test_two_lists_of_one_name_are_a_conflict(town: Town) -> None:
    made(town, name="Eerste")
    address = made(town)
    answer = town.ask(
        "PATCH", address, town.token("webcare"), json={"name": "Eerste"},
        headers={"If-Match": '"1"'},
    )  # fmt: skip
    assert answer.status_code == 409


def test_a_private_person_needs_a_second_person_through_the_api_too(town: Town) -> None:
    second(town)
    address, way = made(town), town.token("webcare")
    bare = town.ask("POST", f"{address}/members", way, json={"members": [{"account": "@jan.bos"}]})
    assert (bare.status_code, bare.json()["code"]) == (400, "invalid-input")
    assert "privépersoon" in bare.json()["detail"]
    waiting = town.ask("POST", f"{address}/members", way, json={"members": [PERSON]}).json()
    (member,) = [one for one in waiting["members"] if one["private"]]
    assert (member["state"], waiting["accounts"]) == ("waiting", ["@bode"])
    path = f"{address}/members/{member['id']}/agreement"
    assert town.ask("POST", path, way).status_code == 403
    agreed = town.ask("POST", path, town.session("tweede"))
    assert agreed.json()["accounts"] == ["@bode", "@jan.de.vries"]
    assert town.ask("POST", path, town.session("tweede")).status_code == 409


def test_a_csv_is_taken_in_whole_or_told_by_line(town: Town) -> None:
    address, way = made(town), town.token("webcare")
    wrong = {"csv": "account;tot\n@omroep;\n@krant;morgen\nbron:weg;"}
    refused = town.ask("POST", f"{address}/import", way, json=wrong)
    assert refused.status_code == 400
    assert [one["line"] for one in refused.json()["errors"]] == [3]
    right = {"csv": "account;tot;reden\n@omroep;2026-12-01;krant\nbron:bode-example-feed;;"}
    taken = town.ask("POST", f"{address}/import", way, json=right).json()
    assert taken["accounts"] == ["@bode", "@omroep", "bron:bode-example-feed"]
    posts = town.ask("GET", f"{PLACE}/posts?group=journalists", way).json()["posts"]
    assert len(posts) == 3


# The page


class Desk:
    """A person at the page of account lists, who fills in its forms."""

    def __init__(self, town: Town, role: str) -> None:
        self.town = town
        self.way = {"Cookie": town.session(role)["Cookie"]}

    def page(self, path: str = HOME) -> Response:
        return self.town.ask("GET", path, self.way)

    def send(self, part: str = "", **fields: str) -> Response:
        data = {"csrf": csrf_in(self.page().text), **fields}
        return self.town.ask("POST", HOME + part, self.way, data=data, follow_redirects=False)


NEW = {
    "name": "Pers", "kind": "journalists", "reason": "Openbaar", "expires": "2026-12-01",
    "accounts": "@bode\r\n\r\nbron:bode-example-feed\r\n",
}  # fmt: skip


def test_webcare_makes_fills_and_removes_a_list_with_forms_alone(town: Town) -> None:
    second(town)
    desk = Desk(town, "webcare")
    assert desk.send(**NEW).status_code == 303
    page = desk.page().text
    assert "Loopt bijna af" in page
    assert "bron:bode-example-feed" in page
    person_fields = {"account": "@jan.bos", "until": "2026-12-31", "reason": "Woordvoerder"}
    assert desk.send("/1/members", **person_fields).status_code == 303
    assert "Wacht op een tweede persoon" in desk.page().text
    number = 3
    assert desk.send(f"/1/members/{number}/agreement").status_code == 403
    other = Desk(town, "tweede")
    assert other.send(f"/1/members/{number}/agreement").status_code == 303
    assert "Wacht op een tweede persoon" not in desk.page().text
    assert desk.send(f"/1/members/{number}/removal").status_code == 303
    assert desk.send("/1/import", csv="account;tot\n@omroep;2026-12-01").status_code == 303
    version = town.ask("GET", f"{LISTS}/1", town.token("webcare")).headers["etag"].strip('"')
    changed = {"version": version, "name": "Media", "reason": "Openbaar", "expires": "2027-02-01"}
    assert desk.send("/1", **changed).status_code == 303
    assert desk.send("/1", **changed).status_code == 400
    assert "intussen door een ander gewijzigd" in desk.send("/1", **changed).text
    version = str(int(version) + 1)
    assert desk.send("/1/removal", version=version).status_code == 400
    assert desk.send("/1/removal", version=version, sure="ja").status_code == 303
    assert "nog geen lijsten" in desk.page().text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"accounts": "@jan.bos", "expires": "2027-04-01"}, "privépersoon"),
        ({"expires": "ooit"}, "geen datum"),
        ({"expires": "2020-01-01"}, "verleden"),
        ({"accounts": ""}, "leeg"),
        ({"kind": "buren"}, "onbekende waarde"),
        ({"name": "<script>"}, ""),
    ],
)
def test_a_list_that_cannot_be_is_told_and_what_was_typed_stays(
    town: Town, changes: dict[str, str], told: str
) -> None:
    desk = Desk(town, "webcare")
    answer = desk.send(**(NEW | changes))
    assert "<script>" not in answer.text
    if told:
        assert answer.status_code == 400
        assert told in answer.text
        assert 'value="Openbaar"' in answer.text
        assert "nog geen lijsten" in answer.text


def test_a_csv_with_a_fault_comes_back_in_the_form(town: Town) -> None:
    desk = Desk(town, "webcare")
    desk.send(**NEW)
    answer = desk.send("/1/import", csv="account;tot\n@krant;morgen")
    assert answer.status_code == 400
    assert "Regel 2" in answer.text
    assert "@krant;morgen" in answer.text


def test_who_only_reads_lists_sees_no_form_and_may_not_send_one(town: Town) -> None:
    Desk(town, "webcare").send(**NEW)
    reader = Desk(town, "adviseur")
    page = reader.page().text
    assert "@bode" in page
    assert "<textarea" not in page
    for part in ("", "/1", "/1/members", "/1/import", "/1/removal", "/1/members/1/removal"):
        assert reader.send(part, **NEW, version="1").status_code == 403, part


def test_a_form_without_its_token_changes_nothing(town: Town) -> None:
    desk = Desk(town, "webcare")
    answer = town.ask("POST", HOME, desk.way, data=NEW)
    assert answer.status_code == 403
    assert "nog geen lijsten" in desk.page().text
