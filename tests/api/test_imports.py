"""Bringing something in yourself: a question of the desk, a file looked at and then taken in."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from app.services import uploads
from app.services.upkeep import run_due_jobs
from tests import factories as the
from tests.api.town import PLACE, Town, csrf_in
from tests.factories import DOSSIER, hits

HOME = f"/dossiers/{DOSSIER}"
GOOD = (
    "datum;bericht;auteur;url\n"
    "20-11-2026 09:05;Komt er opvang in Rietmeer?;Jan de Wit;https://bode.example/1\n"
    "20-11-2026 09:06;Opvang in Rietmeer is hard nodig;Piet;https://bode.example/2\n"
    "20-11-2026 09:07;Het voetbal was mooi vandaag;Klaas;https://bode.example/3\n"
)
BAD = GOOD + "31-02-2026;Opvang in Rietmeer, op een dag die er niet is;;\n"


def way(town: Town, role: str) -> dict[str, str]:
    return {"Cookie": town.session(role)["Cookie"]}


def send(
    town: Town, who: dict[str, str], part: str = "/imports", file: str | bytes | None = None,
    name: str = "export.csv", **fields: str,
) -> Response:  # fmt: skip
    data = {"csrf": csrf_in(town.ask("GET", f"{HOME}/imports", who).text), **fields}
    more: dict[str, Any] = {"data": data, "follow_redirects": False}
    if file is not None:
        body = file.encode() if isinstance(file, str) else file
        more["files"] = {"file": (name, body, "text/csv")}
    return town.ask("POST", HOME + part, who, **more)


def ticket_in(page: str) -> str:
    return page.partition('name="ticket" value="')[2].partition('"')[0]


def held_files(town: Town) -> int:
    folder = town.house.settings.data_dir / uploads.FOLDER
    return len(list(folder.iterdir())) if folder.exists() else 0


def stored(town: Town) -> list[str]:
    return [row.text for _, row in hits(town.house)]


# A question of the desk


def test_a_question_of_the_desk_lands_in_the_inbox_without_who_asked(town: Town) -> None:
    webcare = way(town, "webcare")
    answer = send(
        town, webcare, "/desk-questions",
        question="Waar kan ik kleding brengen?", day="2026-11-20", clock="10:30", where="balie",
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}/imports?saved=vraag")
    assert "Waar kan ik kleding brengen?" in stored(town)
    inbox = town.ask("GET", f"{HOME}/posts", webcare).text
    assert "Waar kan ik kleding brengen?" in inbox
    shown = town.ask("GET", f"{HOME}/imports", webcare).text
    assert "Vraag van de balie" in shown


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"question": " "}, "Schrijf de vraag op"),
        ({"question": "x" * 5001}, "5000 tekens"),
        ({"question": "Wat?", "day": "2030-01-01", "clock": "10:00"}, "toekomst"),
        ({"question": "Wat?", "day": "31-02-2026", "clock": "10:00"}, "uu:mm"),
        ({"question": "Wat?", "day": "2026-11-20", "clock": ""}, "uu:mm"),
    ],
)
def test_a_question_that_cannot_be_kept_stays_in_the_form(
    town: Town, fields: dict[str, str], said: str
) -> None:
    before = stored(town)
    answer = send(town, way(town, "webcare"), "/desk-questions", **fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert stored(town) == before


def test_who_noted_a_question_may_take_it_back_and_no_file(town: Town) -> None:
    webcare, analyst = way(town, "webcare"), way(town, "analist")
    send(town, webcare, "/desk-questions", question="Waar kan ik terecht?")
    token = town.token("analist")
    file = town.ask("POST", f"{PLACE}/imports", token, content=GOOD.encode()).json()
    asked = town.ask("GET", f"{PLACE}/imports", token).json()
    question = next(one["id"] for one in asked if one["profile"] == "balie")
    assert send(town, webcare, f"/imports/{file['id']}/undo").status_code == 403
    assert send(town, analyst, f"/imports/{question}/undo").status_code == 403
    assert send(town, webcare, f"/imports/{question}/undo").status_code == 303
    again = send(town, webcare, f"/imports/{question}/undo")
    assert "al teruggedraaid" in again.text
    assert send(town, analyst, f"/imports/{file['id']}/undo").status_code == 303
    assert not any("kleding" in text or "terecht" in text for text in stored(town))


# A file


def test_a_file_is_looked_at_first_and_then_taken_in_without_choosing_it_again(
    town: Town,
) -> None:
    analyst, before = way(town, "analist"), len(stored(town))
    seen = send(town, analyst, file=GOOD)
    assert seen.status_code == 200
    assert "3 rijen, 3 berichten" in seen.text
    assert "Gevonden door de zoekopdracht: 2" in seen.text
    assert "Jan de Wit" not in seen.text
    assert len(stored(town)) == before
    assert held_files(town) == 1
    done = send(town, analyst, ticket=ticket_in(seen.text), do="keep")
    assert done.status_code == 303
    assert len(stored(town)) == before + 2
    assert held_files(town) == 0


def test_a_file_with_bad_rows_names_each_and_is_taken_in_only_when_they_are_skipped(
    town: Town,
) -> None:
    analyst, before = way(town, "analist"), len(stored(town))
    seen = send(town, analyst, file=BAD)
    assert "Kan niet mee" in seen.text
    ticket = ticket_in(seen.text)
    refused = send(town, analyst, ticket=ticket, do="keep")
    assert refused.status_code == 400
    assert "de eerste is rij 5" in refused.text
    assert len(stored(town)) == before
    again = send(town, analyst, ticket=ticket_in(refused.text), do="keep", skip="ja")
    assert again.status_code == 303
    assert len(stored(town)) == before + 2


def test_columns_are_chosen_in_the_page(town: Town) -> None:
    odd = "wanneer;a;b\n20-11-2026 09:05;x;Komt er opvang in Rietmeer?\n"
    analyst, before = way(town, "analist"), len(stored(town))
    seen = send(town, analyst, file=odd)
    fields = {"map:text": "b", "map:date": "wanneer"}
    if not ticket_in(seen.text):
        assert "tekst" in seen.text
        seen = send(town, analyst, file=odd, **fields)
    done = send(town, analyst, ticket=ticket_in(seen.text), do="keep", **fields)
    assert done.status_code == 303
    assert len(stored(town)) == before + 1


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "leeg"),
        (b"\x00\x01\x02" * 50, ""),
        (b"PK\x03\x04 geen echte xlsx", ""),
        ("datum;niets\n20-11-2026;\n", ""),
        ("<html><body>geen tabel</body></html>", ""),
    ],
)
def test_what_is_no_table_is_named_and_nothing_is_kept(
    town: Town, file: str | bytes, said: str
) -> None:
    before = stored(town)
    answer = send(town, way(town, "analist"), file=file)
    assert answer.status_code in (200, 400)
    assert said in answer.text
    if answer.status_code == 400:
        assert 'role="alert"' in answer.text
    assert stored(town) == before


def test_without_a_file_the_page_says_what_to_do(town: Town) -> None:
    answer = send(town, way(town, "analist"))
    assert answer.status_code == 400
    assert "Kies eerst een bestand" in answer.text


def test_the_same_file_twice_is_said_and_counts_once(town: Town) -> None:
    analyst = way(town, "analist")
    seen = send(town, analyst, file=GOOD)
    send(town, analyst, ticket=ticket_in(seen.text), do="keep")
    before = stored(town)
    again = send(town, analyst, file=GOOD)
    assert "al ingelezen" in again.text
    refused = send(town, analyst, ticket=ticket_in(again.text), do="keep")
    assert refused.status_code == 400
    assert stored(town) == before


def test_a_held_file_is_encrypted_of_one_person_and_gone_after_an_hour(town: Town) -> None:
    analyst = way(town, "analist")
    ticket = ticket_in(send(town, analyst, file=GOOD).text)
    folder = town.house.settings.data_dir / uploads.FOLDER
    kept = (folder / ticket).read_bytes()
    assert b"opvang" not in kept
    assert b"Jan" not in kept
    assert (folder / ticket).stat().st_mode & 0o077 == 0
    other = send(town, way(town, "beheerder"), ticket=ticket, do="keep")
    assert other.status_code == 400
    assert "niet meer bewaard" in other.text
    assert "niet meer bewaard" in send(town, analyst, ticket="../../klankbord", do="keep").text
    the.at(town.house, town.house.clock.now() + timedelta(minutes=61))
    late = send(town, way(town, "analist"), ticket=ticket, do="keep")
    assert "niet meer bewaard" in late.text
    assert held_files(town) == 0


def test_a_held_file_goes_although_nobody_comes_back_for_it(town: Town) -> None:
    send(town, way(town, "analist"), file=GOOD)
    run_due_jobs(town.house)
    assert held_files(town) == 1
    the.at(town.house, town.house.clock.now() + timedelta(minutes=76))
    assert "uploads" in run_due_jobs(town.house)
    assert held_files(town) == 0


def test_a_file_may_be_larger_than_other_requests_and_has_its_own_limit(town: Town) -> None:
    rows = "".join(f"20-11-2026 09:05;Bericht {n} {'x' * 200};;\n" for n in range(8000))
    large = "datum;bericht;auteur;url\n" + rows
    assert len(large) > town.house.settings.body_limit
    token = town.token("analist")
    seen = town.ask("POST", f"{PLACE}/imports/preview", token, content=large.encode())
    assert (seen.status_code, seen.json()["rows"]) == (200, 8000)
    too_large = b"x" * (town.house.settings.upload_limit + 1)
    refused = town.ask("POST", f"{PLACE}/imports/preview", token, content=too_large)
    assert refused.status_code == 413
    elsewhere = town.ask("POST", f"{PLACE}/desk-questions", town.token("webcare"),
                         content=large.encode())  # fmt: skip
    assert elsewhere.status_code == 413


# Through the API


def test_the_api_looks_takes_in_lists_and_takes_back(town: Town) -> None:
    token, before = town.token("analist"), len(stored(town))
    seen = town.ask(
        "POST", f"{PLACE}/imports/preview", token, content=BAD.encode(), params={"name": "e.csv"}
    ).json()
    assert (seen["rows"], seen["posts"], seen["matched"]) == (4, 3, 2)
    assert [(one["row"], one["stops"]) for one in seen["problems"]] == [(5, True)]
    refused = town.ask("POST", f"{PLACE}/imports", token, content=BAD.encode())
    assert refused.status_code == 400
    assert "skipBad" in refused.json()["detail"]
    done = town.ask(
        "POST", f"{PLACE}/imports", token, content=BAD.encode(), params={"skipBad": "true"}
    )
    assert (done.status_code, done.json()["skipped"]) == (201, 1)
    assert len(stored(town)) == before + 2
    (listed,) = town.ask("GET", f"{PLACE}/imports", token).json()
    assert listed["actor"] == "token:analist.rietmeer"
    undone = town.ask("POST", f"{PLACE}/imports/{listed['id']}/undo", token)
    assert undone.json()["removed"] >= 2
    assert len(stored(town)) == before
    absent = town.ask("POST", f"{PLACE}/imports/99/undo", token)
    assert absent.status_code == 404


def test_json_is_taken_as_a_file_whatever_its_media_type_says(town: Town) -> None:
    rows = json.dumps([{"datum": "2026-11-20 09:05", "tekst": "Komt er opvang in Rietmeer?"}])
    seen = town.ask(
        "POST", f"{PLACE}/imports/preview", town.token("analist"), content=rows.encode(),
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert (seen.status_code, seen.json()["matched"]) == (200, 1)


@pytest.mark.parametrize(
    ("params", "said"),
    [({"map": "text"}, "veld=kolom"), ({"map": "text=nergens"}, "nergens"),
     ({"profile": "obi"}, "obi"), ({"map": "vorm=datum"}, "vorm")],
)  # fmt: skip
def test_a_wrong_choice_is_named(town: Town, params: dict[str, str], said: str) -> None:
    answer = town.ask(
        "POST", f"{PLACE}/imports/preview", town.token("analist"), content=GOOD.encode(),
        params=params,
    )  # fmt: skip
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


def test_a_question_needs_a_moment_with_a_zone(town: Town) -> None:
    token = town.token("webcare")
    body = {"question": "Waar kan ik terecht?", "heardAt": "2026-11-20T10:00:00"}
    assert town.ask("POST", f"{PLACE}/desk-questions", token, json=body).status_code == 400
    body["heardAt"] += "+01:00"
    done = town.ask("POST", f"{PLACE}/desk-questions", token, json=body)
    assert (done.status_code, done.json()["profile"]) == (201, "balie")
