"""The webcare hour through the API: filter, assign, answer, undo; nothing answered twice, nothing lost."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.services.desk import route_of
from app.services.exporting import safe
from tests.api.conftest import FEED_ADDRESS
from tests.api.town import PLACE, Town, csrf_in
from tests.factories import DOSSIER, NOW, fetch, post, told
from tests.fakes import World, of_codes


def _posts(town: Town, way: dict[str, str], query: str = "") -> list[dict[str, Any]]:
    answer = town.ask("GET", f"{PLACE}/posts?{query}", way)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["posts"]
    return found


def _act(town: Town, way: dict[str, str], posts: list[dict[str, Any]], **body: Any) -> Any:
    chosen = [{"postKey": one["postKey"], "version": one["version"]} for one in posts]
    return town.ask("POST", f"{PLACE}/post-acts", way, json={"posts": chosen, **body})


def test_a_post_is_taken_answered_and_put_back(town: Town) -> None:
    way = town.token("webcare")
    (question,) = _posts(town, way, "subLabel=I1")
    assert (question["workState"], question["route"]) == ("nieuw", "webcare")
    assert _act(town, way, [question], owner="webcare.rietmeer").status_code == 200
    assert _act(town, way, [question], state="beantwoord").status_code == 412
    (question,) = _posts(town, way, "owner=me")
    done = _act(town, way, [question], state="beantwoord", note="link gestuurd").json()
    (question,) = _posts(town, way, "workState=beantwoord")
    assert question["answeredAt"]
    assert question["owner"] == "Webcare.Rietmeer"
    undone = town.ask("POST", f"{PLACE}/post-acts/{done['batch']}/undo", way)
    assert undone.status_code == 200
    assert _posts(town, way, "workState=beantwoord") == []
    assert town.ask("POST", f"{PLACE}/post-acts/{done['batch']}/undo", way).status_code == 409
    acts = town.ask("GET", f"{PLACE}/posts/{question['postKey']}/acts", way).json()
    assert [one["act"] for one in acts] == ["assign", "status", "undo"]
    assert acts[1]["note"] == "link gestuurd"
    assert acts[2]["after"]["work_state"] == "nieuw"


def test_several_at_once_stand_or_fall_together(town: Town) -> None:
    way = town.token("webcare")
    everything = _posts(town, way)
    stale = [{**everything[0], "version": 99}, *everything[1:]]
    assert _act(town, way, stale, state="geen actie").status_code == 412
    assert {one["workState"] for one in _posts(town, way)} == {"nieuw"}
    done = _act(town, way, everything, state="geen actie").json()
    assert set(done["versions"]) == {one["postKey"] for one in everything}
    assert {one["workState"] for one in _posts(town, way)} == {"geen actie"}
    town.ask("POST", f"{PLACE}/post-acts/{done['batch']}/undo", way)
    assert {one["workState"] for one in _posts(town, way)} == {"nieuw"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"state": "beantwoord", "priority": 1},
        {"state": "klaar"},
        {"priority": 9},
        {"owner": "bestaat.niet"},
        {"owner": "lezer.rietmeer"},
        {"owner": "webcare.veldkoog"},
    ],
)
def test_an_act_that_cannot_be_is_told(town: Town, body: dict[str, Any]) -> None:
    way = town.token("webcare")
    assert _act(town, way, _posts(town, way)[:1], **body).status_code == 400


def test_facets_count_every_choice_with_the_other_filters_kept(town: Town) -> None:
    way = town.token("webcare")
    found = town.ask("GET", f"{PLACE}/post-facets", way).json()
    assert found["label"] == {"informatiebehoefte": 1, "betekenisgeving": 0, "schadebeperking": 1}
    assert found["workState"] == {"nieuw": 3}
    assert found["group"] == {"unknown": 3}
    assert found["owner"] == {"0": 3}
    narrowed = town.ask("GET", f"{PLACE}/post-facets?label=informatiebehoefte", way).json()
    assert narrowed["workState"] == {"nieuw": 1}
    assert narrowed["label"] == found["label"]
    for name, choices in found.items():
        for value, count in choices.items():
            value = "nobody" if name == "owner" else value
            if value and name != "theme":
                assert len(_posts(town, way, f"{name}={value}")) == count, (name, value)


def test_the_most_urgent_come_first_and_pages_hold_their_place(town: Town, world: World) -> None:
    way = town.token("webcare")
    urgent = of_codes("S1")
    told(town.house).say["Nu meteen: opvang Rietmeer"] = type(urgent)(
        **{**{f: getattr(urgent, f) for f in urgent.__slots__}, "urgency": "h"}
    )
    world.shows(FEED_ADDRESS, post("u1", "Nu meteen: opvang Rietmeer", NOW))
    fetch(town.house, FEED_ADDRESS)
    first, *rest = _posts(town, way, "order=urgency")
    assert first["urgency"] == "h"
    cursor, seen = "", []
    for _ in range(4):
        page = town.ask("GET", f"{PLACE}/posts?order=urgency&limit=1&cursor={cursor}", way).json()
        seen += [one["postKey"] for one in page["posts"]]
        cursor = page["next"]
    assert seen == [first["postKey"], *(one["postKey"] for one in rest)]
    assert cursor == ""


def test_text_is_searched_with_our_own_language_on_what_may_be_seen(town: Town) -> None:
    way = town.token("webcare")
    assert len(_posts(town, way, "text=hoeveel%20NOT%20baas")) == 1
    assert _posts(town, way, "text=buurman") == []
    assert _posts(town, way, "text=%40buurman") == []
    wrong = town.ask("GET", f"{PLACE}/posts?text=(azc", way)
    assert (wrong.status_code, wrong.json()["field"]) == (400, "text")
    assert _posts(town, town.token("analist"), "text=baas") == []


def test_a_colleague_sees_who_has_a_card_open(town: Town) -> None:
    webcare, adviser = town.token("webcare"), town.token("adviseur")
    key = town.post_keys()[0]
    assert town.ask("PUT", f"{PLACE}/posts/{key}/presence", webcare).status_code == 204
    shown = town.ask("GET", f"{PLACE}/posts/{key}", adviser).json()
    assert shown["openWith"] == ["Webcare.Rietmeer"]
    assert town.ask("GET", f"{PLACE}/posts/{key}", webcare).json()["openWith"] == []


def test_views_are_of_a_person_or_of_the_team(town: Town) -> None:
    webcare, adviser = town.token("webcare"), town.token("adviseur")
    mine = {"name": "pers", "query": "group=journalists"}
    made = town.ask("POST", f"{PLACE}/views", webcare, json=mine).json()
    town.ask("POST", f"{PLACE}/views", webcare, json={**mine, "name": "team", "team": True})
    assert [one["name"] for one in town.ask("GET", f"{PLACE}/views", adviser).json()] == ["team"]
    assert town.ask("DELETE", f"{PLACE}/views/{made['id']}", adviser).status_code == 404
    assert town.ask("DELETE", f"{PLACE}/views/{made['id']}", webcare).status_code == 204


def test_a_threat_is_judged_with_a_reason_and_handed_over_by_a_person(town: Town) -> None:
    way = town.token("webcare")
    (threat,) = _posts(town, way, "threatCandidate=true")
    address = f"{PLACE}/posts/{threat['postKey']}"
    match = {"If-Match": f'"{threat["version"]}"'}
    bare = {"verdict": "confirm", "reason": ""}
    assert (
        town.ask("POST", f"{address}/judgement", way, json=bare, headers=match).status_code == 400
    )
    confirm = {"verdict": "confirm", "reason": "noemt geweld"}
    judged = town.ask("POST", f"{address}/judgement", way, json=confirm, headers=match)
    assert judged.status_code == 200
    assert _posts(town, way, "threatCandidate=true") == []
    (confirmed,) = _posts(town, way, "subLabel=S3")
    assert confirmed["confirmed"] is True
    assert confirmed["route"] == "veiligheid"
    given = {"recipient": "Politie", "reference": "PL-2026-7"}
    assert town.ask("POST", f"{address}/hand-overs", way, json=given).status_code == 201
    (line,) = town.ask("GET", f"{PLACE}/hand-overs", way).json()
    assert (line["recipient"], line["postKey"]) == ("Politie", threat["postKey"])
    for role in ("analist", "lezer", "beheerder", "auditor"):
        assert town.ask("GET", f"{PLACE}/hand-overs", town.token(role)).status_code == 403


def test_a_dismissed_candidate_keeps_its_other_labels(town: Town, world: World) -> None:
    way = town.token("webcare")
    told(town.house).say["Opvang Rietmeer: tikkende tijdbom"] = of_codes("B4", "S2")
    world.shows(FEED_ADDRESS, post("b1", "Opvang Rietmeer: tikkende tijdbom", NOW))
    fetch(town.house, FEED_ADDRESS)
    (frame,) = _posts(town, way, "subLabel=S2")
    match = {"If-Match": f'"{frame["version"]}"'}
    body = {"verdict": "dismiss", "reason": "beeldspraak"}
    address = f"{PLACE}/posts/{frame['postKey']}/judgement"
    assert town.ask("POST", address, way, json=body, headers=match).status_code == 200
    (frame,) = _posts(town, way, "subLabel=B4")
    assert (frame["subLabels"], frame["threatCandidate"]) == (["B4"], False)


HOSTILE = ["=HYPERLINK(1)", "+31612", "-2+3", "@SUM(A1)", "\t=1", "  =1", "a\x07b", "\u202ecsv"]


def test_exports_hold_every_post_and_no_formula(town: Town, world: World) -> None:
    way = town.token("analist")
    for number, text in enumerate(HOSTILE):
        words = f"{text} opvang Rietmeer"
        world.shows(FEED_ADDRESS, post(f"h{number}", words, NOW, title=text))
        fetch(town.house, FEED_ADDRESS)
    whole = town.ask("GET", f"{PLACE}/post-export?format=csv", way)
    assert whole.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(whole.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + 3 + len(HOSTILE)
    cells = [cell for row in rows[1:] for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t"))]
    assert any("HYPERLINK" in cell for cell in cells)
    lines = town.ask("GET", f"{PLACE}/post-export?format=ndjson", way).text.splitlines()
    assert len(lines) == len(rows) - 1
    assert all(json.loads(line)["bericht"] for line in lines)
    book = town.ask("GET", f"{PLACE}/post-export?format=xlsx", way)
    with zipfile.ZipFile(io.BytesIO(book.content)) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count("<row ") == len(rows)
    filtered = town.ask("GET", f"{PLACE}/post-export?format=csv&label=informatiebehoefte", way)
    assert filtered.text.count("\r\n") == 2
    threat = next(row for row in rows if "S3" in row[10])
    assert threat[7] == ""
    assert "posts-exported" in town.ask("GET", f"{PLACE}/audit", town.token("auditor")).text


def test_a_safe_cell_loses_nothing_but_control_characters() -> None:
    assert safe("=1+1") == "'=1+1"
    assert safe("gewoon = tekst") == "gewoon = tekst"
    assert safe("a\x00b") == "ab"


@pytest.mark.parametrize(
    ("codes", "who"),
    [
        (["I1"], "webcare"), (["I2", "B1"], "webcare"), (["I6", "S4"], "vrijwilligerscoördinator"),
        (["I3"], "bestuurder"), (["I3", "I1"], "bestuurder"), (["S3", "I1"], "veiligheid"),
        (["B3"], "communicatie"), (["I4"], "communicatie"), (["S7"], "veiligheid"), ([], None),
    ],
)  # fmt: skip
def test_a_question_goes_to_who_can_answer_it(codes: list[str], who: str | None) -> None:
    assert route_of(codes) == who


@pytest.mark.parametrize(
    ("who", "examples"),
    [
        ("webcare", "I01 I02 I03 I07 I08 I09 I11 I12 I13 I15 I17"),
        ("bestuurder", "I10 I18"),
        ("communicatie", "I04 I05 I14 I16"),
        ("vrijwilligerscoördinator", "I06"),
    ],
)
def test_the_worked_questions_of_the_guide_go_to_who_answers_them(who: str, examples: str) -> None:
    """R9: facts, process and practical to webcare, choices to the administrator."""
    lines = (Path(__file__).parents[1] / "data" / "guide_examples.tsv").read_text("utf-8")
    codes = {
        row[0]: row[3].split()
        for row in (line.split("\t") for line in lines.splitlines())
        if len(row) > 3
    }
    assert {name: route_of(codes[name]) for name in examples.split()} == dict.fromkeys(
        examples.split(), who
    )


def test_a_question_of_the_desk_joins_the_others_and_names_nobody(town: Town) -> None:
    way = town.token("webcare")
    told(town.house).say["Waar is de inloopavond?"] = of_codes("I2", question=True)
    path = f"{PLACE}/desk-questions"
    asked = {"question": "Waar is de  inloopavond?", "where": "Balie <b>stadhuis</b>"}
    made = town.ask("POST", path, way, json=asked)
    assert made.status_code == 201, made.text
    (heard,) = _posts(town, way, "subLabel=I2")
    assert (heard["text"], heard["title"]) == ("Waar is de inloopavond?", "Balie <b>stadhuis</b>")
    assert (heard["dateRule"], heard["route"], heard["workState"]) == ("heard", "webcare", "nieuw")
    log = town.ask("GET", f"{PLACE}/audit", town.token("auditor")).json()["lines"]
    assert any(
        line["action"] == "import-stored" and line["actor"] == "token:webcare.rietmeer"
        for line in log
    )
    for wrong in (
        {"question": "   "}, {"question": "x", "heardAt": "2026-11-20T12:00:00"},
        {"question": "x", "heardAt": "2030-01-01T12:00:00+01:00"},
    ):  # fmt: skip
        assert town.ask("POST", path, way, json=wrong).status_code == 400, wrong


def test_a_question_is_noted_on_the_page_in_local_time(town: Town) -> None:
    way = town.session("webcare")
    home = f"/dossiers/{DOSSIER}"
    page = town.ask("GET", f"{home}/posts", way).text
    data = {"csrf": csrf_in(page), "question": "Komt er een hek?", "where": "Inloop",
            "day": "2026-11-20", "clock": "11:30", "return": f"{home}/posts?heard=yes"}  # fmt: skip
    done = town.ask("POST", f"{home}/desk-questions", way, data=data, follow_redirects=False)
    assert done.status_code == 303
    page = town.ask("GET", done.headers["location"], way).text
    assert "De vraag staat bij de berichten" in page
    assert "Komt er een hek?" in page
    heard = _posts(town, town.token("webcare"), "text=hek")
    assert heard[0]["publishedAt"].startswith("2026-11-20T10:30:00")
    wrong = town.ask("POST", f"{home}/desk-questions", way, data={**data, "day": "morgen"})
    assert wrong.status_code == 400
    assert (
        town.ask("POST", f"{home}/desk-questions", way, data={**data, "csrf": "x"}).status_code
        == 403
    )


def test_a_post_tells_how_long_its_answer_took(town: Town) -> None:
    way = town.token("webcare")
    (question,) = _posts(town, way, "subLabel=I1")
    assert question["answeredInS"] is None
    _act(town, way, [question], state="beantwoord")
    (question,) = _posts(town, way, "subLabel=I1")
    assert question["answeredInS"] == 26 * 3600
    page = town.ask("GET", f"/dossiers/{DOSSIER}/posts?subLabel=I1", town.session("webcare")).text
    assert "26 uur na het bericht" in page
