"""What police or COA know stands in the diagnosis, says whose it is, and is never counted (R15, R5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from analysis.report_text import render
from app.services import reports
from app.services.verify import verify
from app.storage import reports as report_rows
from tests.api.town import DAY, PLACE, Town, csrf_in
from tests.factories import DOSSIER, NOW, at, dossier_of, draft_due

STATEMENTS = f"{PLACE}/statements"
PAGE = f"/dossiers/{DOSSIER}/reports/{DAY}"
POLICE = {"subject": "context", "origin": "politie", "text": "In Veldkoog was het onrustig."}


def stated(town: Town, **changes: str) -> dict[str, Any]:
    answer = town.ask("POST", STATEMENTS, town.token("webcare"), json=POLICE | changes)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def document(town: Town, role: str = "adviseur") -> dict[str, Any]:
    answer = town.ask("GET", f"{PLACE}/reports/{DAY}", town.token(role)).json()
    found: dict[str, Any] = answer["document"]
    return found


def test_a_statement_says_whose_it_is_and_changes_no_number(town: Town) -> None:
    before = document(town)
    stated(town)
    stated(town, subject="initiatief-voor", origin="COA", text="Een kerk haalt kleding op.")
    after = document(town)
    assert (after["counts"], after["hash"], after["posts"]) == (
        before["counts"], before["hash"], before["posts"],
    )  # fmt: skip
    (context,) = (
        one for one in after["blocks"]["diagnosis"]["aspects"] if one["aspect"] == "context"
    )
    (said,) = context["said"]
    assert (said["origin"], said["text"]) == ("politie", "In Veldkoog was het onrustig.")
    assert said["by"] == "Webcare.Rietmeer"
    page = town.ask("GET", PAGE, town.session("adviseur")).text
    assert "Volgens politie:" in page
    assert "Een kerk haalt kleding op." in page
    assert verify(town.house)["different"] == []
    with town.house.database.read() as session:
        row = report_rows.newest(session, dossier_of(session).id, NOW.date())
        assert row is not None
        text = render(reports.shown(session, DOSSIER, row).document)
    assert "Volgens politie: In Veldkoog was het onrustig. (genoteerd door" in text


def test_an_adviser_with_the_old_draft_open_must_look_again(town: Town) -> None:
    way = town.token("adviseur")
    seen = town.ask("GET", f"{PLACE}/reports/{DAY}", way)
    stated(town)
    late = {"If-Match": seen.headers["etag"]}
    answer = town.ask("POST", f"{PLACE}/reports/{DAY}/approval", way, headers=late)
    assert answer.status_code in (409, 412)


def test_an_approved_report_keeps_what_it_said_and_the_next_says_what_stands(town: Town) -> None:
    kept = stated(town)
    way = town.token("adviseur")
    seen = town.ask("GET", f"{PLACE}/reports/{DAY}", way)
    version = {"If-Match": seen.headers["etag"]}
    assert (
        town.ask("POST", f"{PLACE}/reports/{DAY}/approval", way, headers=version).status_code == 200
    )
    sealed = document(town)["seal"]
    stated(town, text="Op de markt stond een kraam tegen de komst.", subject="initiatief-tegen")
    assert town.ask("DELETE", f"{STATEMENTS}/{kept['id']}", way).status_code == 204
    assert document(town)["seal"] == sealed
    at(town.house, NOW + timedelta(days=2))
    draft_due(town.house)
    following = town.ask("GET", f"{PLACE}/reports/latest", way).json()["document"]["blocks"]
    assert [one["said"] for one in following["diagnosis"]["aspects"]] == [[], [], []]
    sides = {
        one["side"]: [said["text"] for said in one["said"]]
        for one in following["initiatives"]["sides"]
    }
    assert sides["tegen"] == ["Op de markt stond een kraam tegen de komst."]


def test_who_sees_numbers_alone_sees_no_statement(town: Town) -> None:
    stated(town)
    assert "onrustig" not in str(document(town, "lezer"))
    page = town.ask("GET", PAGE, town.session("lezer")).text
    assert "onrustig" not in page
    assert "Noteren wat politie" not in page
    assert town.ask("GET", STATEMENTS, town.token("lezer")).status_code == 403


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"subject": "weer"}, "subject"), ({"origin": "de buurman"}, "origin"),
        ({"text": "  "}, "text"), ({"text": "40% van de inwoners is tegen"}, "text"),
        ({"text": "x" * 501}, "text"),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused(town: Town, changes: dict[str, str], where: str) -> None:
    answer = town.ask("POST", STATEMENTS, town.token("adviseur"), json=POLICE | changes)
    assert answer.status_code == 400
    assert where in answer.text


def test_it_is_noted_and_taken_back_with_forms_and_both_are_in_the_log(town: Town) -> None:
    way = town.session("adviseur")
    token = csrf_in(town.ask("GET", PAGE, way).text)
    form = {"csrf": token, **POLICE}
    answer = town.ask("POST", f"{PAGE}/statements", way, data=form, follow_redirects=False)
    assert answer.headers["location"] == f"{PAGE}?saved=genoteerd"
    assert "onrustig" in town.ask("GET", PAGE, way).text
    taken = f"{PAGE}/statements/1/withdrawal"
    assert (
        town.ask("POST", taken, way, data={"csrf": token}, follow_redirects=False).status_code
        == 303
    )
    assert "onrustig" not in town.ask("GET", PAGE, way).text
    assert town.ask("POST", taken, way, data={"csrf": token}).status_code == 404
    lines = town.ask("GET", f"{PLACE}/audit", town.token("auditor")).json()["lines"]
    acts = [one["action"] for one in lines]
    assert {"statement-added", "statement-withdrawn"} <= set(acts)
    assert "onrustig" not in str(lines)


def test_a_neighbour_reaches_no_statement(town: Town) -> None:
    made = stated(town)
    stranger = town.token("webcare", "veldkoog")
    path = f"/v1/dossiers/de-kazerne/statements/{made['id']}"
    assert town.ask("DELETE", path, stranger).status_code == 404
    assert town.ask("GET", "/v1/dossiers/de-kazerne/statements", stranger).json() == []
