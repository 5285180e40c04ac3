"""A beheerder and the people: roles at once, one password shown once, never the last one out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from httpx2 import Response

from tests.api.town import FOREIGN, PLACE, Town, csrf_in
from tests.factories import DOSSIER, PASSWORD, person

USERS = f"{PLACE}/users"
HOME = f"/dossiers/{DOSSIER}/users"
NEW = {"username": "nieuw.rietmeer", "name": "Nieuwe Collega", "role": "webcare"}


def signs_in(town: Town, username: str, password: str) -> int:
    town.client.cookies.clear()
    form = town.client.get("/sign-in").text
    data = {"csrf": csrf_in(form), "username": username, "password": password}
    code = town.client.post("/sign-in", data=data, follow_redirects=False).status_code
    town.client.cookies.clear()
    return code


def told(town: Town) -> list[tuple[str, str]]:
    lines = town.ask("GET", f"{PLACE}/audit", town.session("auditor")).json()["lines"]
    return [(line["action"], line["subject"]) for line in lines]


def roles(answer: Response) -> set[tuple[str, str | None]]:
    return {(one["role"], one["dossier"]) for one in answer.json()["roles"]}


def test_a_new_user_signs_in_with_the_password_that_is_shown_once(town: Town) -> None:
    boss = town.session("beheerder")
    made = town.ask("POST", USERS, boss, json=NEW)
    assert made.status_code == 201
    password = made.json()["password"]
    assert password not in town.ask("GET", made.headers["location"], boss).text
    assert signs_in(town, "nieuw.rietmeer", password) == 303
    assert town.ask("POST", USERS, boss, json=NEW).status_code == 409
    assert ("user-added", "nieuw.rietmeer") in told(town)


def test_a_role_works_and_is_gone_at_once(town: Town) -> None:
    boss, reader = town.session("beheerder"), town.session("lezer")
    path = f"{USERS}/lezer.rietmeer/roles"
    assert town.ask("GET", f"{PLACE}/posts", reader).status_code == 403
    given = town.ask("POST", path, boss, json={"role": "webcare"})
    assert roles(given) == {("lezer", None), ("webcare", DOSSIER)}
    assert town.ask("GET", f"{PLACE}/posts", reader).status_code == 200
    taken = town.ask("DELETE", f"{path}/webcare", boss)
    assert roles(taken) == {("lezer", None)}
    assert town.ask("GET", f"{PLACE}/posts", reader).status_code == 403
    assert town.ask("DELETE", f"{path}/webcare", boss).status_code == 404
    assert town.ask("POST", path, boss, json={"role": "baas"}).status_code == 400
    assert [action for action, _ in told(town)[:4] if "role" in action] == [
        "role-taken",
        "role-given",
    ]


def test_a_disabled_account_is_out_everywhere_at_once(town: Town) -> None:
    boss, session, token = town.session("beheerder"), town.session("webcare"), town.token("webcare")
    path = f"{USERS}/webcare.rietmeer"
    assert town.ask("PATCH", path, boss, json={"disabled": True}).json()["disabled"] is True
    for way in (session, token):
        assert town.ask("GET", f"{PLACE}/posts", way).status_code == 401
    assert signs_in(town, "webcare.rietmeer", PASSWORD) == 401
    town.ask("PATCH", path, boss, json={"disabled": False})
    assert signs_in(town, "webcare.rietmeer", PASSWORD) == 303
    assert town.ask("GET", f"{PLACE}/posts", session).status_code == 401


def test_a_new_password_ends_the_old_one_and_its_sessions(town: Town) -> None:
    boss, session = town.session("beheerder"), town.session("webcare")
    fresh = town.ask("POST", f"{USERS}/webcare.rietmeer/password", boss).json()["password"]
    assert town.ask("GET", f"{PLACE}/posts", session).status_code == 401
    assert signs_in(town, "webcare.rietmeer", PASSWORD) == 401
    assert signs_in(town, "webcare.rietmeer", fresh) == 303


def test_a_token_is_listed_and_revoked(town: Town) -> None:
    boss, token = town.session("beheerder"), town.token("webcare")
    path = f"{USERS}/webcare.rietmeer"
    (shown,) = town.ask("GET", path, boss).json()["tokens"]
    assert (shown["role"], shown["dossier"], shown["state"]) == ("webcare", DOSSIER, "valid")
    after = town.ask("DELETE", f"{path}/tokens/{shown['id']}", boss).json()
    assert after["tokens"][0]["state"] == "revoked"
    assert town.ask("GET", f"{PLACE}/posts", token).status_code == 401
    other = town.ask("DELETE", f"{USERS}/lezer.rietmeer/tokens/{shown['id']}", boss)
    assert other.status_code == 404


@pytest.mark.parametrize(
    ("method", "part", "body"),
    [
        ("DELETE", "/roles/beheerder?everywhere=true", None),
        ("PATCH", "", {"disabled": True}),
    ],
)
def test_the_last_beheerder_is_never_locked_out(
    town: Town, method: str, part: str, body: dict[str, Any] | None
) -> None:
    boss = town.session("beheerder")
    path = f"{USERS}/beheerder.rietmeer{part}"
    refused = town.ask(method, path, boss, json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert town.ask("GET", USERS, boss).status_code == 200
    give = {"role": "beheerder", "everywhere": True}
    town.ask("POST", f"{USERS}/adviseur.rietmeer/roles", boss, json=give)
    assert town.ask(method, path, boss, json=body).status_code == 200
    assert town.ask("GET", USERS, boss).status_code in (401, 404)


def test_a_disabled_beheerder_counts_for_nobody(town: Town) -> None:
    boss = town.session("beheerder")
    give = {"role": "beheerder", "everywhere": True}
    town.ask("POST", f"{USERS}/adviseur.rietmeer/roles", boss, json=give)
    town.ask("PATCH", f"{USERS}/adviseur.rietmeer", boss, json={"disabled": True})
    path = f"{USERS}/beheerder.rietmeer/roles/beheerder?everywhere=true"
    assert town.ask("DELETE", path, boss).status_code == 409


def test_a_beheerder_of_one_dossier_reaches_no_further_than_it(town: Town) -> None:
    person(town.house, "klein.rietmeer", "beheerder", organisation=None, dossier=DOSSIER)
    person(town.house, "hier.rietmeer", "lezer", organisation=None, dossier=DOSSIER)
    small = town.session("klein")
    names = {one["username"]: one["whole"] for one in town.ask("GET", USERS, small).json()}
    assert names["hier.rietmeer"] is True
    assert names["beheerder.rietmeer"] is False
    wide = {"role": "lezer", "everywhere": True}
    for method, part, body in (
        ("POST", "/roles", wide),
        ("POST", "/password", None),
        ("PATCH", "", {"disabled": True}),
        ("DELETE", "/roles/beheerder?everywhere=true", None),
    ):
        answer = town.ask(method, f"{USERS}/beheerder.rietmeer{part}", small, json=body)
        assert answer.status_code == 409, part
    assert town.ask("POST", USERS, small, json=NEW | {"everywhere": True}).status_code == 409
    assert town.ask("POST", f"{USERS}/hier.rietmeer/password", small).status_code == 200


def test_people_of_another_organisation_are_absent(town: Town) -> None:
    boss = town.session("beheerder")
    absent = town.ask("GET", f"{USERS}/bestaat.niet", boss).json()
    foreign = town.ask("GET", f"{USERS}/lezer.veldkoog", boss).json()
    assert absent["detail"].replace("bestaat.niet", "x") == foreign["detail"].replace(
        "lezer.veldkoog", "x"
    )
    for method, part in (("POST", "/password"), ("DELETE", "/roles/lezer?everywhere=true")):
        assert town.ask(method, f"{USERS}/lezer.veldkoog{part}", boss).status_code == 404
    assert all("veldkoog" not in one["username"] for one in town.ask("GET", USERS, boss).json())
    assert town.ask("GET", f"/v1/dossiers/{FOREIGN}/users", boss).status_code == 404


def test_everybody_changes_their_own_password_and_no_machine_does(town: Town) -> None:
    way, elsewhere = town.session("lezer"), town.session("lezer")
    body = {"current": PASSWORD, "password": "een ander lang wachtwoord"}
    assert town.ask("PUT", "/v1/me/password", town.token("lezer"), json=body).status_code == 403
    wrong = town.ask("PUT", "/v1/me/password", way, json=body | {"current": "mis"})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "current")
    for short in ("kort", "aaaaaaaaaaaaaaaa", PASSWORD):
        refused = town.ask("PUT", "/v1/me/password", way, json=body | {"password": short})
        assert refused.status_code == 400
    assert town.ask("PUT", "/v1/me/password", way, json=body).status_code == 204
    assert town.ask("GET", "/v1/dossiers", way).status_code == 200
    assert town.ask("GET", "/v1/dossiers", elsewhere).status_code == 401
    assert signs_in(town, "lezer.rietmeer", "een ander lang wachtwoord") == 303
    assert ("password-changed", "lezer.rietmeer") in told(town)


# The pages


def send(town: Town, way: dict[str, str], path: str, **fields: str) -> Response:
    page = town.ask("GET", "/password" if path == "/password" else HOME, way).text
    data = {"csrf": csrf_in(page), **fields}
    return town.ask("POST", path, way, data=data, follow_redirects=False)


def test_the_beheerder_adds_changes_and_disables_with_forms_alone(town: Town) -> None:
    way = {"Cookie": town.session("beheerder")["Cookie"]}
    made = send(town, way, HOME, **NEW)
    found = re.search(r'<code class="secret">([^<]+)</code>', made.text)
    assert found is not None
    assert signs_in(town, "nieuw.rietmeer", found[1]) == 303
    person_path = f"{HOME}/nieuw.rietmeer"
    assert found[1] not in town.ask("GET", HOME, way).text
    assert send(town, way, f"{person_path}/roles", role="analist").status_code == 303
    assert send(town, way, f"{person_path}/roles", role="analist", act="take").status_code == 303
    refused = send(town, way, HOME, **NEW)
    assert refused.status_code == 400
    assert "niet vrij" in refused.text
    town.token("webcare")
    assert send(town, way, f"{HOME}/webcare.rietmeer/tokens/1/revocation").status_code == 303
    assert "Ingetrokken" in town.ask("GET", HOME, way).text
    again = send(town, way, f"{person_path}/password")
    assert 'class="secret"' in again.text
    assert send(town, way, f"{person_path}/switch", disabled="ja").status_code == 303
    assert "Uitgezet" in town.ask("GET", HOME, way).text
    last = send(town, way, f"{HOME}/beheerder.rietmeer/switch", disabled="ja")
    assert last.status_code == 400
    assert "laatste beheerder" in last.text


def test_the_password_page_tells_what_is_wrong_and_what_was_done(town: Town) -> None:
    way = {"Cookie": town.session("lezer")["Cookie"]}
    new = "een ander lang wachtwoord"
    unlike = send(town, way, "/password", current=PASSWORD, new=new, again="anders")
    assert (unlike.status_code, "niet gelijk" in unlike.text) == (400, True)
    wrong = send(town, way, "/password", current="mis", new=new, again=new)
    assert (wrong.status_code, "klopt niet" in wrong.text) == (400, True)
    assert town.ask("POST", "/password", way, data={"csrf": "x"}).status_code == 403
    done = send(town, way, "/password", current=PASSWORD, new=new, again=new)
    assert "is gewijzigd" in done.text


@pytest.mark.parametrize("role", ["lezer", "adviseur", "webcare", "analist", "auditor"])
def test_nobody_else_sees_or_changes_people(town: Town, role: str) -> None:
    way = {"Cookie": town.session(role)["Cookie"]}
    assert town.ask("GET", HOME, way).status_code == 403
    data = {"csrf": csrf_in(town.ask("GET", "/", way).text), **NEW}
    for part in ("", "/x/roles", "/x/switch", "/x/password", "/x/tokens/1/revocation"):
        assert town.ask("POST", HOME + part, way, data=data).status_code == 403, part
