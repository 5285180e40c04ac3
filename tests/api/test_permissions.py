"""Every operation × role × own, foreign and absent dossier × session and token.

The operations come from the application itself, so that one that is added without a request here
fails this file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.api.application import operations, scope_of
from app.services.access import ROLE_TABLE
from app.storage.models import ROLES
from tests.api.town import DAY, FOREIGN, PLACE, Town
from tests.factories import DOSSIER

Request = Callable[[Town], dict[str, Any]]
SLUG = "/v1/dossiers/{slug}"


def _with_match(version: int = 1, **more: Any) -> Request:
    return lambda town: {"headers": {"If-Match": f'"{version}"'}, **more}


def _nothing(town: Town) -> dict[str, Any]:
    return {}


MOMENT = {"at": "2026-12-01T20:00:00+01:00", "kind": "besluit", "title": "Besluit"}
LIST = {
    "kind": "organisations", "name": "COA", "reason": "Openbaar", "expires": "2027-01-01",
    "accounts": ["@coa@mastodon.example"],
}  # fmt: skip
SUBJECT = {"handle": "@iemand", "reason": "verzoek 2026-17"}
EXPORT = b"datum;tekst\n20-11-2026 09:05;Komt er opvang in Rietmeer?\n"
LABEL = {"status": "gelabeld", "subLabels": ["I1"]}

#: A valid request for every operation inside a dossier; `{…}` are filled by `_path`.
REQUESTS: dict[tuple[str, str], Request] = {
    ("GET", SLUG): _nothing,
    ("PATCH", SLUG): _with_match(json={"phase": "during"}),
    ("GET", f"{SLUG}/queries"): _nothing,
    ("GET", f"{SLUG}/queries/{{number}}"): _nothing,
    ("POST", f"{SLUG}/queries"): lambda town: {"json": {"query": "azc", "note": "proef"}},
    ("POST", f"{SLUG}/queries/preview"): lambda town: {"json": {"query": "Rietmeer"}},
    ("POST", f"{SLUG}/queries/diff"): lambda town: {
        "json": {"old": {"number": 1}, "new": {"query": "azc"}}
    },
    ("GET", f"{SLUG}/queries/notice"): _nothing,
    ("GET", f"{SLUG}/queries/activations"): _nothing,
    ("DELETE", f"{SLUG}/queries/active"): _nothing,
    ("GET", f"{SLUG}/queries/{{number}}/counts"): _nothing,
    ("GET", f"{SLUG}/queries/{{number}}/why"): lambda town: {
        "params": {"postKey": town.post_keys()[0]}
    },
    ("GET", f"{SLUG}/queries/{{number}}/export"): _nothing,
    ("POST", f"{SLUG}/queries/{{number}}/activation"): lambda town: {"json": {}},
    ("POST", f"{SLUG}/queries/{{number}}/approval"): _nothing,
    ("POST", f"{SLUG}/queries/{{number}}/probes"): lambda town: {"json": {}},
    ("GET", f"{SLUG}/probes"): _nothing,
    ("GET", f"{SLUG}/probes/{{probe_id}}"): _nothing,
    ("PUT", f"{SLUG}/probes/{{probe_id}}/items/{{post_key}}"): lambda town: {
        "json": {"verdict": "relevant"}
    },
    ("GET", f"{SLUG}/terms"): _nothing,
    ("PUT", f"{SLUG}/terms/{{name}}"): lambda town: {"json": {"values": ["Rietmeer"]}},
    ("POST", f"{SLUG}/terms/{{name}}/import"): lambda town: {"json": {"csv": "Molenweg"}},
    ("GET", f"{SLUG}/post-facets"): _nothing,
    ("GET", f"{SLUG}/post-stamp"): _nothing,
    ("POST", f"{SLUG}/post-acts"): lambda town: {
        "json": {"posts": [{"postKey": town.post_keys()[0], "version": 1}], "priority": 1}
    },
    ("POST", f"{SLUG}/post-acts/{{batch}}/undo"): _nothing,
    ("GET", f"{SLUG}/posts/{{post_key}}/acts"): _nothing,
    ("PUT", f"{SLUG}/posts/{{post_key}}/presence"): _nothing,
    ("GET", f"{SLUG}/posts/{{post_key}}/answers"): _nothing,
    ("GET", f"{SLUG}/colleagues"): _nothing,
    ("GET", f"{SLUG}/views"): _nothing,
    ("POST", f"{SLUG}/views"): lambda town: {
        "json": {"name": "pers", "query": "group=journalists"}
    },
    ("DELETE", f"{SLUG}/views/{{view_id}}"): _nothing,
    ("POST", f"{SLUG}/posts/{{post_key}}/judgement"): _with_match(
        json={"verdict": "dismiss", "reason": "beeldspraak"}
    ),
    ("GET", f"{SLUG}/hand-overs"): _nothing,
    ("POST", f"{SLUG}/posts/{{post_key}}/hand-overs"): lambda town: {
        "json": {"recipient": "Politie", "reference": "2026-1"}
    },
    ("GET", f"{SLUG}/post-export"): _nothing,
    ("GET", f"{SLUG}/labelling"): _nothing,
    ("GET", f"{SLUG}/labelling/next"): _nothing,
    ("POST", f"{SLUG}/labelling/{{post_key}}"): _with_match(json={"verdict": "accept"}),
    ("GET", f"{SLUG}/posts"): _nothing,
    ("GET", f"{SLUG}/posts/{{post_key}}"): _nothing,
    ("GET", f"{SLUG}/posts/{{post_key}}/annotations"): _nothing,
    ("POST", f"{SLUG}/posts/{{post_key}}/annotations"): _with_match(json=LABEL),
    ("POST", f"{SLUG}/posts/{{post_key}}/annotations/{{annotation_id}}/undo"): _nothing,
    ("GET", f"{SLUG}/posts/{{post_key}}/conversation"): _nothing,
    ("POST", f"{SLUG}/posts/{{post_key}}/opening"): _nothing,
    ("GET", f"{SLUG}/sources"): _nothing,
    ("POST", f"{SLUG}/sources"): lambda town: {"json": {"address": "https://nieuw.example/f"}},
    ("POST", f"{SLUG}/sources/try"): lambda town: {"json": {"address": "https://x.example/f"}},
    ("GET", f"{SLUG}/sources/kinds"): _nothing,
    ("GET", f"{SLUG}/sources/{{source_slug}}"): _nothing,
    ("PATCH", f"{SLUG}/sources/{{source_slug}}"): lambda town: {"json": {"enabled": False}},
    ("GET", f"{SLUG}/imports"): _nothing,
    ("POST", f"{SLUG}/imports"): lambda town: {"content": EXPORT},
    ("POST", f"{SLUG}/imports/preview"): lambda town: {"content": EXPORT},
    ("POST", f"{SLUG}/imports/{{import_id}}/undo"): _nothing,
    ("POST", f"{SLUG}/desk-questions"): lambda town: {
        "json": {"question": "Waar kan ik kleding brengen?", "where": "balie"}
    },
    ("GET", f"{SLUG}/moments"): _nothing,
    ("POST", f"{SLUG}/moments"): lambda town: {"json": MOMENT},
    ("GET", f"{SLUG}/moments/{{moment_id}}"): _nothing,
    ("PUT", f"{SLUG}/moments/{{moment_id}}"): _with_match(json=MOMENT),
    ("DELETE", f"{SLUG}/moments/{{moment_id}}"): _with_match(),
    ("GET", f"{SLUG}/account-lists"): _nothing,
    ("POST", f"{SLUG}/account-lists"): lambda town: {"json": LIST},
    ("GET", f"{SLUG}/account-lists/{{list_id}}"): _nothing,
    ("PUT", f"{SLUG}/account-lists/{{list_id}}"): _with_match(json=LIST),
    ("PATCH", f"{SLUG}/account-lists/{{list_id}}"): _with_match(json={"reason": "Openbaar"}),
    ("DELETE", f"{SLUG}/account-lists/{{list_id}}"): _with_match(),
    ("POST", f"{SLUG}/account-lists/{{list_id}}/members"): lambda town: {
        "json": {"members": [{"account": "@rodekruis"}]}
    },
    ("POST", f"{SLUG}/account-lists/{{list_id}}/import"): lambda town: {"json": {"csv": "@coa"}},
    ("DELETE", f"{SLUG}/account-lists/{{list_id}}/members/{{member_id}}"): _with_match(),
    ("POST", f"{SLUG}/account-lists/{{list_id}}/members/{{member_id}}/agreement"): _nothing,
    ("GET", f"{SLUG}/reports"): _nothing,
    ("GET", f"{SLUG}/reports/latest"): _nothing,
    ("GET", f"{SLUG}/reports/{{day}}"): _nothing,
    ("PUT", f"{SLUG}/reports/{{day}}/interpretation"): _with_match(json={"text": "Duiding"}),
    ("POST", f"{SLUG}/reports/{{day}}/approval"): _with_match(),
    ("POST", f"{SLUG}/reports/{{day}}/correction"): lambda town: {"json": {"reason": "Te weinig"}},
    ("GET", f"{SLUG}/reports/{{day}}/pdf"): lambda town: {"params": {"edition": 99}},
    ("GET", f"{SLUG}/statements"): _nothing,
    ("POST", f"{SLUG}/statements"): lambda town: {
        "json": {"subject": "context", "origin": "politie", "text": "Rustig in de omgeving"}
    },
    ("DELETE", f"{SLUG}/statements/{{statement_id}}"): _nothing,
    ("GET", f"{SLUG}/recipients"): _nothing,
    ("POST", f"{SLUG}/recipients"): lambda town: {
        "json": {"notifier": "mail", "address": "noor@rietmeer.example"}
    },
    ("DELETE", f"{SLUG}/recipients/{{recipient_id}}"): _nothing,
    ("GET", f"{SLUG}/report-feeds"): _nothing,
    ("POST", f"{SLUG}/report-feeds"): lambda town: {"json": {"note": "intranet"}},
    ("DELETE", f"{SLUG}/report-feeds/{{feed_id}}"): _nothing,
    ("GET", f"{SLUG}/themes"): _nothing,
    ("PUT", f"{SLUG}/themes/{{theme}}"): _with_match(
        0, json={"title": "Aantal", "kind": "feitelijk"}
    ),
    ("PUT", f"{SLUG}/themes/{{theme}}/answer"): lambda town: {
        "json": {
            "text": "Dat weten we nog niet.",
            "state": "nog niet bekend",
            "reviewOn": "2026-12-01",
        }
    },
    ("POST", f"{SLUG}/themes/{{theme}}/approval"): _with_match(),
    ("GET", f"{SLUG}/question-clusters"): _nothing,
    ("GET", f"{SLUG}/question-clusters/suggestions"): _nothing,
    ("POST", f"{SLUG}/question-clusters/suggestions/{{word}}"): lambda town: {
        "json": {"title": "Kermis"}
    },
    ("GET", f"{SLUG}/question-clusters/pairs"): _nothing,
    ("GET", f"{SLUG}/question-clusters/{{cluster}}"): _nothing,
    ("GET", f"{SLUG}/question-clusters/{{cluster}}/posts"): _nothing,
    ("PUT", f"{SLUG}/question-clusters/{{cluster}}"): _with_match(
        json={"paraphrase": "Hoeveel mensen komen er?", "theme": "aantal"}
    ),
    ("POST", f"{SLUG}/question-clusters/{{cluster}}/merge"): _with_match(json={"other": "0" * 16}),
    ("POST", f"{SLUG}/question-clusters/{{cluster}}/split"): _with_match(
        json={"postKeys": ["0" * 64]}
    ),
    ("GET", f"{SLUG}/rumours"): _nothing,
    ("POST", f"{SLUG}/rumours"): lambda town: {"json": {"claim": "De sporthal gaat dicht"}},
    ("PUT", f"{SLUG}/rumours/{{rumour_id}}"): _with_match(
        json={"claim": "De sporthal gaat dicht", "status": "onjuist"}
    ),
    ("GET", f"{SLUG}/follow-ups"): _nothing,
    ("POST", f"{SLUG}/follow-ups"): lambda town: {
        "json": {"title": "Verlichting", "due": "2026-12-01"}
    },
    ("PUT", f"{SLUG}/follow-ups/{{follow_up_id}}"): _with_match(
        json={"due": "2026-12-02", "ownerId": 1}
    ),
    ("POST", f"{SLUG}/follow-ups/{{follow_up_id}}/closing"): _with_match(
        json={"feedback": "Per brief gemeld"}
    ),
    ("GET", f"{SLUG}/alerts"): _nothing,
    ("POST", f"{SLUG}/alerts/{{alert_id}}/decision"): _with_match(
        json={"decision": "watch", "reason": "Bekend"}
    ),
    ("POST", f"{SLUG}/alerts/{{alert_id}}/snooze"): _with_match(
        json={"until": "2026-11-21T13:00:00+01:00"}
    ),
    ("GET", f"{SLUG}/alert-routes"): _nothing,
    ("PUT", f"{SLUG}/alert-routes/{{kind}}"): lambda town: {"json": {"people": []}},
    ("GET", f"{SLUG}/cadence"): _nothing,
    ("POST", f"{SLUG}/cadence/{{step_id}}/confirmation"): _with_match(),
    ("POST", f"{SLUG}/cadence/{{step_id}}/closing"): _with_match(),
    ("GET", f"{SLUG}/audit"): _nothing,
    ("GET", f"{SLUG}/audit/export"): _nothing,
    ("GET", f"{SLUG}/retention"): _nothing,
    ("POST", f"{SLUG}/retention"): lambda town: {"json": {"confirm": True}},
    ("GET", f"{SLUG}/retention/proofs"): _nothing,
    ("POST", f"{SLUG}/subject-requests/search"): lambda town: {"json": SUBJECT},
    ("POST", f"{SLUG}/subject-requests/export"): lambda town: {"json": SUBJECT},
    ("POST", f"{SLUG}/subject-requests/erasure"): lambda town: {
        "json": {**SUBJECT, "confirm": True}
    },
    ("GET", f"{SLUG}/users"): _nothing,
    ("POST", f"{SLUG}/users"): lambda town: {
        "json": {"username": "nieuw.rietmeer", "name": "Nieuw", "role": "lezer"}
    },
    ("GET", f"{SLUG}/users/{{username}}"): _nothing,
    ("POST", f"{SLUG}/users/{{username}}/roles"): lambda town: {"json": {"role": "webcare"}},
    ("DELETE", f"{SLUG}/users/{{username}}/roles/{{role}}"): _nothing,
    ("POST", f"{SLUG}/users/{{username}}/password"): _nothing,
    ("DELETE", f"{SLUG}/users/{{username}}/tokens/{{token_id}}"): _nothing,
    ("PATCH", f"{SLUG}/users/{{username}}"): lambda town: {"json": {"disabled": True}},
}


def _path(town: Town, path: str, slug: str) -> str:
    own = town.post_keys()
    values = {
        "{slug}": slug, "{number}": "1", "{post_key}": own[0], "{day}": DAY,
        "{source_slug}": "bode-example-feed", "{moment_id}": "1", "{list_id}": "1", "{member_id}": "1", "{token_id}": "1",
        "{username}": "lezer.rietmeer", "{role}": "webcare",
        "{probe_id}": "1", "{name}": "plaatsnaam",
        "{feed_id}": "1", "{recipient_id}": "1", "{statement_id}": "1", "{theme}": "aantal", "{rumour_id}": "1", "{follow_up_id}": "1",
        "{alert_id}": "1", "{kind}": "threat", "{step_id}": "1",
        "{batch}": "0" * 16, "{cluster}": own[0][:16], "{word}": "kermis", "{annotation_id}": "1", "{view_id}": "1", "{import_id}": "1",
    }  # fmt: skip
    for name, value in values.items():
        path = path.replace(name, value)
    return path


def _furnish(town: Town) -> None:
    """Something behind every id: a moment and a list."""
    adviser, webcare = town.token("adviseur"), town.token("webcare")
    assert town.ask("POST", f"{PLACE}/moments", adviser, json=MOMENT).status_code == 201
    assert town.ask("POST", f"{PLACE}/account-lists", webcare, json=LIST).status_code == 201


def _operations() -> dict[tuple[str, str], str]:
    return {
        (method, path): scope_of(route) for path, route in operations() for method in route.methods
    }


def test_every_operation_in_a_dossier_is_tried_here() -> None:
    inside = {operation for operation in _operations() if "{slug}" in operation[1]}
    assert inside == set(REQUESTS)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_exactly_what_its_row_of_the_table_says(town: Town, role: str) -> None:
    _furnish(town)
    may = {permission.value for permission in ROLE_TABLE[role]}
    scopes = _operations()
    token, session = town.token(role), town.session(role)
    wrong = []
    for (method, path), request in REQUESTS.items():
        allowed = scopes[method, path] in may
        for name, way in (("token", token), ("session", session)):
            answer = town.ask(method, _path(town, path, DOSSIER), way, **request(town))
            refused = answer.status_code == 403
            if refused == allowed or answer.status_code in (401, 500):
                wrong.append((name, method, path, answer.status_code, answer.text[:120]))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_foreign_dossier_and_an_absent_one_answer_alike(town: Town, role: str) -> None:
    ways = [town.token(role), town.session(role)]
    for (method, path), request in REQUESTS.items():
        for way in ways:
            answers = []
            for slug in (FOREIGN, "bestaat-niet"):
                answer = town.ask(method, _path(town, path, slug), way, **request(town))
                body = answer.json()
                assert body.pop("instance").startswith("/v1/dossiers/")
                answers.append((answer.status_code, body))
            assert answers[0] == answers[1], (method, path)
            assert answers[0][0] == 404, (method, path, answers[0])


def test_nobody_reaches_a_hit_moment_or_list_of_another_dossier(town: Town) -> None:
    _furnish(town)
    stranger = town.token("webcare", "veldkoog")
    for part in ("moments/1", "account-lists/1", "sources/bode-example-feed"):
        answer = town.ask("GET", f"/v1/dossiers/{FOREIGN}/{part}", stranger)
        assert answer.status_code == 404, part
    for key in town.post_keys():
        assert town.ask("GET", f"/v1/dossiers/{FOREIGN}/posts/{key}", stranger).status_code == 404


def test_without_sign_in_everything_but_health_and_description_is_401(town: Town) -> None:
    for (method, path), scope in _operations().items():
        answer = town.ask(method, _path(town, path, DOSSIER), {})
        if scope == "public":
            assert answer.status_code == 200, path
        else:
            assert answer.status_code == 401, (method, path)
            assert answer.headers["www-authenticate"] == "Bearer"


def test_the_description_names_scope_and_roles_of_every_operation(town: Town) -> None:
    described = town.ask("GET", "/v1/openapi.json", {}).json()
    operations = {
        (method.upper(), path): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }
    assert set(operations) == set(_operations())
    for (method, path), operation in operations.items():
        assert operation["x-scope"] == _operations()[method, path]
        assert "422" not in operation["responses"]
        if "{slug}" in path:
            assert operation["x-roles"], path


def test_a_token_of_one_dossier_shows_no_other_dossier(town: Town) -> None:
    shown = town.ask("GET", "/v1/dossiers", town.token("adviseur")).json()
    assert [dossier["slug"] for dossier in shown] == [DOSSIER]
