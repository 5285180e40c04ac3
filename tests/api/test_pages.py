"""The pages over HTTP: forms, roles, headers, forgery, and what a person reads when it goes wrong."""

from __future__ import annotations

import re

import pytest
from httpx2 import Response

from app.errors import StorageError
from tests.api.town import DAY, FOREIGN, Town, csrf_in
from tests.factories import DOSSIER, PASSWORD

HOME = f"/dossiers/{DOSSIER}"
PAGES = ("reports", "posts", "sources", "query", "account-lists", "moments")
#: Which pages a role reaches (trust.md §2).
REACHES = {
    "lezer": {"reports", "moments"},
    "adviseur": set(PAGES),
    "webcare": set(PAGES),
    "analist": set(PAGES),
    "beheerder": {"reports", "sources", "account-lists", "moments"},
    "auditor": {"reports", "sources", "query", "moments"},
}


def _cookie(town: Town, role: str) -> dict[str, str]:
    return {"Cookie": town.session(role)["Cookie"]}


@pytest.mark.parametrize("role", sorted(REACHES))
def test_a_role_sees_its_pages_and_a_link_to_no_other(town: Town, role: str) -> None:
    way = _cookie(town, role)
    for part in PAGES:
        answer = town.ask("GET", f"{HOME}/{part}", way)
        assert (answer.status_code == 200) == (part in REACHES[role]), (part, answer.status_code)
    page = town.ask("GET", f"{HOME}/moments", way).text
    linked = {part for part in PAGES if f'href="{HOME}/{part}"' in page}
    assert linked == REACHES[role]
    for slug in (FOREIGN, "bestaat-niet"):
        assert town.ask("GET", f"/dossiers/{slug}/reports", way).status_code == 404


def test_who_is_not_signed_in_is_sent_to_the_form_and_back(town: Town) -> None:
    away = town.ask("GET", f"{HOME}/posts?label=informatiebehoefte", {}, follow_redirects=False)
    assert away.status_code == 303
    assert away.headers["location"].startswith("/sign-in?next=%2Fdossiers")


@pytest.mark.parametrize(
    ("target", "arrives"),
    [
        (f"{HOME}/posts", f"{HOME}/posts"),
        ("https://kwaad.example/", "/"),
        ("//kwaad.example/", "/"),
        ("/\\kwaad.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_signing_in_never_leads_to_another_site(town: Town, target: str, arrives: str) -> None:
    town.client.cookies.clear()
    form = town.client.get("/sign-in").text
    data = {
        "csrf": csrf_in(form),
        "username": "lezer.rietmeer",
        "password": PASSWORD,
        "next": target,
    }
    answer = town.client.post("/sign-in", data=data, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, arrives)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    assert "samesite=lax" in cookie.lower()


def test_a_wrong_password_is_told_alike_for_every_cause(town: Town) -> None:
    town.client.cookies.clear()
    shown = []
    for username in ("lezer.rietmeer", "bestaat.niet"):
        form = town.client.get("/sign-in").text
        data = {"csrf": csrf_in(form), "username": username, "password": "dit is hem niet 1"}
        answer = town.client.post("/sign-in", data=data)
        assert answer.status_code == 401
        shown.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert shown[0] == shown[1]


def test_a_form_without_its_token_changes_nothing(town: Town) -> None:
    way = _cookie(town, "adviseur")
    form = {"version": "1", "edition": "1", "text": "Duiding"}
    address = f"{HOME}/reports/{DAY}/interpretation"
    for csrf in ("", "onzin"):
        answer = town.ask("POST", address, way, data=form | {"csrf": csrf})
        assert answer.status_code == 403
    assert (
        town.ask(
            "POST", "/sign-in", {}, data={"username": "a", "password": "b", "csrf": "x"}
        ).status_code
        == 403
    )
    api = town.ask("POST", f"/v1{HOME}/moments", way, json={})
    assert api.status_code == 403
    assert "Duiding</textarea>" not in town.ask("GET", f"{HOME}/reports/{DAY}", way).text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://kwaad.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://testserver"},
        {"Origin": "null"},
    ],
)
def test_a_change_from_another_site_is_refused(town: Town, headers: dict[str, str]) -> None:
    way = town.session("adviseur")
    body = {"at": "2026-12-01T20:00:00Z", "kind": "x", "title": "y"}
    answer = town.ask("POST", f"/v1{HOME}/moments", way, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross-origin")


def _followed(town: Town, address: str, way: dict[str, str], form: dict[str, str]) -> Response:
    answer = town.ask("POST", address, way, data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return town.ask("GET", answer.headers["location"], way)


def test_the_adviser_writes_approves_and_the_form_is_gone(town: Town) -> None:
    way = _cookie(town, "adviseur")
    address = f"{HOME}/reports/{DAY}"
    page = town.ask("GET", address, way).text
    form = {"csrf": csrf_in(page), "version": "1", "edition": "1", "text": "Rustige dag.\r\nMeer."}
    saved = _followed(town, f"{address}/interpretation", way, form)
    assert "De duiding is opgeslagen" in saved.text
    stale = town.ask("POST", f"{address}/approval", way, data=form)
    assert stale.status_code == 412
    assert "door een ander" in stale.text
    done = _followed(town, f"{address}/approval", way, form | {"version": "2"})
    assert "Goedgekeurd" in done.text
    assert "Rustige dag." in done.text
    assert "Verslag goedkeuren" not in done.text


def test_a_label_is_corrected_in_the_page_and_the_filter_is_kept(town: Town) -> None:
    way = _cookie(town, "webcare")
    address = f"{HOME}/posts?label=informatiebehoefte"
    page = town.ask("GET", address, way).text
    key = re.search(r"/posts/([0-9a-f]{64})/labels", page)
    assert key is not None
    assert "@buurman" not in page
    form = {
        "csrf": csrf_in(page), "version": "1", "status": "gelabeld",
        "sub_label": ["I2", "B1"], "note": "", "return": address,
    }  # fmt: skip
    done = town.ask("POST", f"{HOME}/posts/{key[1]}/labels", way, data=form, follow_redirects=False)
    assert done.status_code == 303
    assert done.headers["location"].startswith(f"{address}&relabelled={key[1]}.")
    assert "Label nagekeken door" in town.ask("GET", address, way).text
    wrong = form | {"version": "2", "status": "geen"}
    assert town.ask("POST", f"{HOME}/posts/{key[1]}/labels", way, data=wrong).status_code == 400


def test_opening_at_the_source_shows_the_address_once_it_is_logged(town: Town) -> None:
    way = _cookie(town, "webcare")
    page = town.ask("GET", f"{HOME}/posts?label=informatiebehoefte", way).text
    key = re.search(r"/posts/([0-9a-f]{64})/open", page)
    assert key is not None
    shown = town.ask("POST", f"{HOME}/posts/{key[1]}/open", way, data={"csrf": csrf_in(page)})
    assert 'href="https://bode.example/1"' in shown.text


def test_an_analyst_reads_no_threat_candidate(town: Town) -> None:
    page = town.ask("GET", f"{HOME}/posts", _cookie(town, "analist")).text
    assert "wie de baas is" not in page
    assert "alleen te lezen voor wie mogelijke dreiging beoordeelt" in page


def test_every_page_forbids_what_it_does_not_need_and_fetches_nothing_elsewhere(town: Town) -> None:
    way = _cookie(town, "adviseur")
    for path in ("/", "/sign-in", *(f"{HOME}/{part}" for part in PAGES), "/v1/docs"):
        answer = town.ask("GET", path, way)
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        fetched = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
        assert all(not link.startswith(("http:", "https:", "//")) for link in fetched), path
        assert not re.search(r"<style|style=|<script>|onclick=", answer.text), path


def test_assets_are_ours_and_may_be_kept_for_ever(town: Town) -> None:
    page = town.ask("GET", f"{HOME}/reports/{DAY}", _cookie(town, "adviseur")).text
    links = set(re.findall(r'"(/static/[^"]+)"', page))
    assert len(links) >= 4
    for link in links:
        answer = town.ask("GET", link.replace("&amp;", "&"), {})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert town.ask("GET", "/static/../app/config.py", {}).status_code == 404
    assert town.ask("GET", "/static/bestaat-niet.css", {}).status_code == 404


@pytest.mark.parametrize(
    "query", ["label=onzin", "from=gisteren", "cursor=onzin", "accountList=weg", "subLabel=I9"]
)
def test_a_wrong_filter_is_told_in_the_page(town: Town, query: str) -> None:
    answer = town.ask("GET", f"{HOME}/posts?{query}", _cookie(town, "webcare"))
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_a_database_that_is_away_is_told_to_a_person_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = _cookie(town, "adviseur")

    def away(*_: object) -> None:
        raise StorageError("De database antwoordt niet goed.")

    monkeypatch.setattr("app.api.pages.reports.report_rows.latest", away)
    answer = town.ask("GET", f"{HOME}/reports", way)
    assert answer.status_code == 503
    assert "De database antwoordt niet goed" in answer.text
    assert "Gemeente" not in answer.text


def test_signing_out_ends_the_session(town: Town) -> None:
    way = _cookie(town, "lezer")
    page = town.ask("GET", "/", way).text
    town.ask("POST", "/sign-out", way, data={"csrf": csrf_in(page)})
    assert town.ask("GET", "/", way, follow_redirects=False).status_code == 303


def test_the_documentation_of_the_api_comes_from_here(town: Town) -> None:
    page = town.ask("GET", "/v1/docs", {})
    for link in re.findall(r'(?:src|href)="(/v1/docs/[^"]+)"', page.text):
        assert town.ask("GET", link, {}).status_code == 200
    assert town.ask("GET", "/v1/docs/onzin.js", {}).status_code == 404
