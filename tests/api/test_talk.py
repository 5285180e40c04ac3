"""Moments, answers, follow-ups, signals and feeds as people and machines use them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from app.services import alerts, cadence
from app.storage.models import AuditLine, CadenceStep
from dashboards.pdf import is_available
from tests import databases, factories
from tests.api.town import DAY, PLACE, Town, csrf_in
from tests.factories import DOSSIER, NOW

HOME = f"/dossiers/{DOSSIER}"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def form(town: Town, way: dict[str, str], page: str, path: str, **fields: object) -> int:
    """Send a form of a page as a browser does; the status it answers with."""
    csrf = csrf_in(town.ask("GET", f"{HOME}/{page}", way).text)
    answer = town.ask(
        "POST", f"{HOME}/{path}", way, data={"csrf": csrf, **fields}, follow_redirects=False
    )
    return answer.status_code


def read(town: Town, way: dict[str, str], page: str) -> str:
    answer = town.ask("GET", f"{HOME}/{page}", way)
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


# The timeline


def test_a_moment_is_typed_in_local_time_changed_and_removed(town: Town) -> None:
    way = town.session("adviseur")
    fields = {
        "day": "2027-03-28",
        "clock": "20:00",
        "kind": "besluit",
        "title": "Raad <b>besluit</b>",
    }
    assert form(town, way, "moments", "moments", **fields) == 303
    assert form(town, way, "moments", "moments", **fields) == 400
    page = read(town, way, "moments")
    assert "28 maart 2027, 20.00 uur" in page
    assert "<b>besluit" not in page
    (moment,) = town.ask("GET", f"{PLACE}/moments", town.token("adviseur")).json()
    assert datetime.fromisoformat(moment["at"]) == datetime(2027, 3, 28, 18, 0, tzinfo=UTC)
    path = f"moments/{moment['id']}"
    changed = {**fields, "clock": "19:30", "version": 1, "do": "change"}
    assert form(town, way, "moments", path, **changed) == 303
    assert form(town, way, "moments", path, **changed) == 412
    assert "19.30 uur" in read(town, way, "moments")
    assert form(town, way, "moments", path, version=2, do="remove") == 303
    assert "nog geen momenten" in read(town, way, "moments")


@pytest.mark.parametrize(("day", "clock"), [("morgen", "20:00"), ("2026-12-01", "25:00"), ("", "")])
def test_a_moment_without_a_time_is_told_so(town: Town, day: str, clock: str) -> None:
    way = town.session("adviseur")
    fields = {"day": day, "clock": clock, "kind": "besluit", "title": "x"}
    assert form(town, way, "moments", "moments", **fields) == 400


def test_a_reader_sees_the_timeline_and_no_form(town: Town) -> None:
    page = read(town, town.session("lezer"), "moments")
    assert "Moment toevoegen" not in page


def test_a_moment_is_evaluated_after_it_was(town: Town) -> None:
    way = town.session("adviseur")
    fields = {"day": "2026-11-21", "clock": "14:00", "kind": "inloopavond", "title": "Inloop"}
    form(town, way, "moments", "moments", **fields)
    path = "moments/1/evaluation"
    assert form(town, way, "moments", path, version=0, went_well="Rustig") == 400
    factories.at(town.house, NOW + timedelta(days=2, hours=3))
    way = town.session("adviseur")
    assert (
        form(town, way, "moments", path, version=0, went_well="Rustig", adjust="Meer stoelen")
        == 303
    )
    assert form(town, way, "moments", path, version=0, went_well="Anders") == 400
    page = read(town, way, "moments")
    assert "Meer stoelen" in page


# Questions and answers


def answer(town: Town, state: str = "beantwoord", **more: object) -> int:
    way = town.session("webcare")
    return form(
        town, way, "answers", "answers/aantal", version=0, title="Aantal mensen", kind="feitelijk",
        text="Er komen honderd mensen.", state=state, **more,
    )  # fmt: skip


def test_only_an_approved_answer_is_ever_public(town: Town) -> None:
    for form_ in ("", ".json", ".atom"):
        assert town.ask("GET", f"/public/{DOSSIER}/answers{form_}", {}).status_code == 404
    assert answer(town) == 303
    assert town.ask("GET", f"/public/{DOSSIER}/answers", {}).status_code == 404
    way = town.session("adviseur")
    assert form(town, way, "answers", "answers/aantal/approval", version=1) == 303
    page = town.ask("GET", f"/public/{DOSSIER}/answers", {})
    assert "Er komen honderd mensen." in page.text
    assert "Aangemeld als" not in page.text
    assert "Het aantal is nog niet zeker" not in page.text
    town.ask(
        "PUT", f"{PLACE}/themes/aantal/answer", town.token("webcare"),
        json={"text": "Het aantal is nog niet zeker.", "state": "beantwoord"},
    )  # fmt: skip
    for form_ in ("", ".json", ".atom"):
        shown = town.ask("GET", f"/public/{DOSSIER}/answers{form_}", {}).text
        assert "Er komen honderd mensen." in shown
        assert "nog niet zeker" not in shown


def test_facts_and_choices_stand_apart_and_unknown_has_a_day(town: Town) -> None:
    webcare, adviser = town.token("webcare"), town.token("adviseur")
    for theme, kind in (("aantal", "feitelijk"), ("besluit", "bestuurlijk")):
        town.ask(
            "PUT", f"{PLACE}/themes/{theme}", webcare | {"If-Match": '"0"'},
            json={"title": theme.title(), "kind": kind},
        )  # fmt: skip
        body = {"text": "Dat hoort u later.", "state": "nog niet bekend"}
        path = f"{PLACE}/themes/{theme}/answer"
        assert town.ask("PUT", path, webcare, json=body).status_code == 400
        assert (
            town.ask("PUT", path, webcare, json=body | {"reviewOn": "2026-12-01"}).status_code
            == 200
        )
        approval = f"{PLACE}/themes/{theme}/approval"
        assert town.ask("POST", approval, webcare | {"If-Match": '"1"'}).status_code == 403
        assert town.ask("POST", approval, adviser | {"If-Match": '"1"'}).status_code == 200
    page = town.ask("GET", f"/public/{DOSSIER}/answers", {}).text
    assert page.index("Feiten") < page.index("Aantal") < page.index("Keuzes van het bestuur")
    assert "1 december 2026" in page
    factories.at(town.house, datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    lines = town.ask("GET", f"{PLACE}/themes", town.token("webcare")).json()
    assert {line["slug"] for line in lines if line["overdue"]} == {"aantal", "besluit"}


def test_an_answer_says_how_many_posts_not_what_share_of_people(town: Town) -> None:
    body = {"text": "80% van de inwoners wil dit weten.", "state": "beantwoord"}
    town.ask(
        "PUT", f"{PLACE}/themes/aantal", town.token("webcare") | {"If-Match": '"0"'},
        json={"title": "Aantal", "kind": "feitelijk"},
    )  # fmt: skip
    path = f"{PLACE}/themes/aantal/answer"
    assert town.ask("PUT", path, town.token("webcare"), json=body).status_code == 400


def test_a_rumour_is_unverified_until_somebody_looked(town: Town) -> None:
    way = town.session("webcare")
    assert form(town, way, "answers", "rumours", claim="De sporthal gaat dicht") == 303
    assert "onbevestigd" in read(town, way, "answers")
    fields = {"claim": "De sporthal gaat dicht", "status": "onjuist", "answer": "Bron: raadsbrief"}
    assert form(town, way, "answers", "rumours/1", version=1, **fields) == 303
    assert form(town, way, "answers", "rumours/1", version=1, **fields) == 400
    assert "raadsbrief" in read(town, way, "answers")


def test_a_point_closes_only_with_feedback(town: Town) -> None:
    way = town.session("webcare")
    me = town.ask("GET", f"{PLACE}/follow-ups", town.token("webcare")).json()
    assert me == []
    csrf = csrf_in(read(town, way, "answers"))
    owner = read(town, way, "answers").split('name="owner"><option value="')[1].split('"')[0]
    sent = town.ask(
        "POST", f"{HOME}/follow-ups", way,
        data={"csrf": csrf, "title": "Lantaarn", "owner": owner, "due": "2026-11-30"},
        follow_redirects=False,
    )  # fmt: skip
    assert sent.status_code == 303, sent.text[-400:]
    assert form(town, way, "answers", "follow-ups/1/closing", version=1, feedback=" ") == 400
    assert (
        form(town, way, "answers", "follow-ups/1/closing", version=1, feedback="Buurt gemaild")
        == 303
    )
    assert "Teruggekoppeld" in read(town, way, "answers")


# Feeds


def test_recipients_and_feeds_are_made_and_ended_on_the_page_of_delivery(town: Town) -> None:
    way = town.session("adviseur")
    added = {"notifier": "mail", "address": "noor@rietmeer.example", "note": "griffie"}
    assert form(town, way, "delivery", "delivery/recipients", **added) == 303
    assert form(town, way, "delivery", "delivery/recipients", **added) == 400
    shown = read(town, way, "delivery")
    assert "noor@rietmeer.example" in shown
    csrf = csrf_in(shown)
    made = town.ask("POST", f"{HOME}/delivery/feeds", way, data={"csrf": csrf, "note": "intranet"})
    path = re.search(r'class="secret">(/feeds/[^<]+)<', made.text)
    assert path is not None
    assert town.ask("GET", path[1], {}).status_code == 200
    assert path[1] not in read(town, way, "delivery"), "shown once"
    helper = town.session("beheerder")
    assert form(town, helper, "delivery", "delivery/feeds/1/withdrawal") == 303
    assert town.ask("GET", path[1], {}).status_code == 404
    assert form(town, helper, "delivery", "delivery/recipients/1/end") == 303
    assert "Beëindigd" in read(town, helper, "delivery")
    lines = town.ask("GET", f"{PLACE}/audit", town.token("auditor")).json()["lines"]
    acts = {one["action"] for one in lines}
    assert acts >= {"recipient-added", "recipient-ended", "feed-made", "feed-withdrawn"}
    assert "noor@rietmeer" not in str(lines)
    report = town.ask("GET", f"{HOME}/reports/{DAY}", town.session("webcare"))
    assert town.ask("GET", f"{HOME}/delivery", town.session("webcare")).status_code == 403
    assert report.status_code == 200


def test_the_feed_of_reports_shows_approved_ones_behind_its_own_secret(town: Town) -> None:
    adviser = town.token("adviseur")
    made = town.ask("POST", f"{PLACE}/report-feeds", adviser, json={"note": "intranet"}).json()
    empty = town.ask("GET", made["path"], {})
    assert empty.status_code == 200
    assert ElementTree.fromstring(empty.text).findall("a:entry", ATOM) == []
    version = town.ask("GET", f"{PLACE}/reports/{DAY}", adviser).headers["etag"]
    town.ask("POST", f"{PLACE}/reports/{DAY}/approval", adviser | {"If-Match": version})
    answer = town.ask("GET", made["path"], {})
    (entry,) = ElementTree.fromstring(answer.text).findall("a:entry", ATOM)
    assert entry.findtext("a:id", namespaces=ATOM) == f"urn:klankbord:rietmeer:{DOSSIER}:{DAY}:1"
    again = town.ask("GET", made["path"], {"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    secret = made["path"].split("/")[2]
    assert town.ask("GET", f"/feeds/{secret[:-1]}x/reports.atom", {}).status_code == 404
    assert town.ask("DELETE", f"{PLACE}/report-feeds/{made['id']}", adviser).status_code == 204
    assert town.ask("GET", made["path"], {}).status_code == 404
    with town.house.database.read() as session:
        assert not any(secret in str(line.facts) for line in session.query(AuditLine))


def test_the_report_comes_as_a_tagged_pdf(town: Town) -> None:
    if not is_available():
        databases.absent(
            "libpango is not installed (apt-get install libpango-1.0-0 libpangoft2-1.0-0)"
        )
    answer = town.ask("GET", f"{PLACE}/reports/{DAY}/pdf", town.token("webcare"))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    inside = b"".join(_unpacked(answer.content))
    assert b"/MarkInfo" in inside
    assert b"pdfuaid" in inside or b"pdfuaid" in answer.content
    assert b"/JavaScript" not in inside


def _unpacked(content: bytes) -> Iterator[bytes]:
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            yield zlib.decompress(packed)
        except zlib.error:
            yield packed


# Signals


def test_a_signal_is_answered_with_a_reason_and_a_reader_sees_no_key(town: Town) -> None:
    alerts.watch(town.house)
    way = town.session("webcare")
    page = read(town, way, "alerts")
    assert "Mogelijke dreiging" in page
    shown = town.ask("GET", f"{PLACE}/alerts", town.token("analist")).json()
    assert [one["postKey"] for one in shown] == [None]
    assert town.ask("GET", f"{PLACE}/alerts", town.token("webcare")).json()[0]["postKey"]
    assert form(town, way, "alerts", "alerts/1", version=1, decision="act") == 400
    assert (
        form(town, way, "alerts", "alerts/1", version=1, decision="act", reason="Politie belt")
        == 303
    )
    assert "Politie belt" in read(town, way, "alerts")


def test_routes_are_typed_a_line_each_and_checked_whole(town: Town) -> None:
    way = town.session("adviseur")
    people = "Noor; folder; noor; 22:00-07:00\nDeputy; folder; vervanger"
    assert form(town, way, "alerts", "alert-routes/all", people=people) == 303
    assert "Noor; folder; noor; 22:00-07:00" in read(town, way, "alerts")
    for wrong in ("Noor", "Noor; duif; plein", "Noor; folder; noor; laat", "; folder; x"):
        assert form(town, way, "alerts", "alert-routes/all", people=wrong) == 400
    shown = town.ask("GET", f"{PLACE}/alert-routes", town.token("adviseur")).json()
    assert [one["name"] for one in shown] == ["Noor", "Deputy"]


def test_a_person_sets_the_rhythm(town: Town) -> None:
    with town.house.database.write() as session:
        session.add(
            CadenceStep(
                dossier_id=factories.dossier_of(session).id, kind="surge", key="surge:x",
                reason="Het is druk.", facts={}, every_hours=3,
                until=town.house.clock.now() + timedelta(hours=24),
                proposed_at=town.house.clock.now(), closed_why="", version=1,
            )
        )  # fmt: skip
    way = town.session("adviseur")
    assert "Het is druk." in read(town, way, "alerts")
    assert form(town, way, "alerts", "cadence/1", version=1, do="confirm") == 303
    assert form(town, way, "alerts", "cadence/1", version=1, do="confirm") == 400
    factories.at(town.house, NOW + timedelta(days=1, hours=2))
    (edition,) = cadence.draft_interims(town.house)
    assert edition.document["kind"] == "interim"
    way = town.session("adviseur")
    assert form(town, way, "alerts", "cadence/1", version=2, do="close") == 303
    assert "Er is elke dag een verslag" in read(town, way, "alerts")


def test_a_sealed_report_is_corrected_from_its_page(town: Town) -> None:
    way = town.session("adviseur")
    page = f"reports/{DAY}"
    assert form(town, way, page, f"{page}/approval", version=1, edition=1) == 303
    assert "Dit verslag corrigeren" in read(town, way, page)
    assert form(town, way, page, f"{page}/correction", reason="Label fout") == 303
    shown = read(town, way, page)
    assert "Correctie van editie 1" in shown
    assert "?edition=1" in shown
