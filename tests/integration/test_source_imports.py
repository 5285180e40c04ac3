"""Taking a file in: looked at first, whole or not at all, labelled like any post, and taken back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app.errors import Conflict, InvalidInput, NotFound
from app.services import imports
from app.services.house import House
from app.services.sourcing import chosen_sources, source_list
from app.storage.models import BufferRow, ImportPost, ImportRun, PostRow, Removal
from tests import factories as the
from tests.factories import DOSSIER, FEED, NOW, OTHER_WORDS, WORDS, hits, post, settle
from tests.fakes import World, of_codes

HEAD = "datum;url;auteur;bericht tekst;discussielengte\n"


def line(text: str, number: int = 1, day: str = "20-11-2026 09:05") -> str:
    return f"{day};https://fora.example/{number};Jan;{text};0\n"


def understood(house: House, body: str, name: str = "export.csv", **given: str) -> imports.File:
    return imports.understood((HEAD + body).encode(), name, None, given, house.clock.now())


def take_in(house: House, body: str, **more: bool) -> dict[str, object]:
    return imports.take_in(house, DOSSIER, understood(house, body), **more)


def counts(house: House) -> tuple[int, int, int]:
    """(posts, buffer rows, imports)"""
    with house.database.read() as session:
        return (
            session.query(PostRow).count(),
            session.query(BufferRow).count(),
            session.query(ImportRun).count(),
        )


def test_a_preview_shows_everything_and_stores_nothing(house: House) -> None:
    settle(house)
    body = line(WORDS) + line(OTHER_WORDS, 2) + line("", 3) + line("Vraag @jan", 4, "99-99-9999")
    shown = imports.preview(house, DOSSIER, understood(house, body))
    assert counts(house) == (0, 0, 0)
    assert (shown["profile"], shown["encoding"], shown["separator"]) == ("coosto", "utf-8", ";")
    assert (shown["rows"], shown["posts"], shown["matched"], shown["new"]) == (4, 2, 1, 2)
    assert [problem["row"] for problem in shown["problems"]] == [4, 5]
    assert shown["mapping"]["text"] == "bericht tekst"
    assert source_list(house, DOSSIER)[0]["address"] == FEED


def test_an_import_is_found_labelled_and_counted_like_any_post(house: House) -> None:
    settle(house)
    the.told(house).say[WORDS] = of_codes("I1", question=True)
    done = take_in(house, line(WORDS) + line(OTHER_WORDS, 2))
    assert (done["rows"], done["new"], done["matched"]) == (2, 2, 1)
    ((hit, row),) = hits(house)
    assert (hit.is_i, row.date_rule, row.first_seen) == (True, "import", NOW)
    assert hit.author is not None
    (_, source) = sorted(source_list(house, DOSSIER), key=lambda one: str(one["address"]))
    assert (source["kind"], source["enabled"], source["reason"]) == ("import", False, "ok")
    assert source["complete_until"].startswith("2026-11-20T08:05")


def test_one_bad_row_keeps_everything_out_unless_a_person_says_so(house: House) -> None:
    settle(house)
    body = line(WORDS) + line("", 2)
    with pytest.raises(InvalidInput, match="rij 3"):
        take_in(house, body)
    assert counts(house) == (0, 0, 0)
    assert take_in(house, body, skip_bad=True)["skipped"] == 1
    assert counts(house)[0] == 1


def test_an_import_that_cannot_be_stored_leaves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(house)
    body = line(WORDS) + line(f"{WORDS} Nog een.", 2)
    with monkeypatch.context() as broken:
        broken.setattr("app.storage.imports.add_run", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take_in(house, body)
    assert counts(house) == (0, 0, 0)
    take_in(house, body)
    assert counts(house) == (2, 0, 1)


def test_the_same_file_twice_is_refused_and_an_overlapping_one_counts_once(house: House) -> None:
    settle(house)
    take_in(house, line(WORDS))
    with pytest.raises(Conflict, match="al ingelezen"):
        take_in(house, line(WORDS))
    done = take_in(house, line(WORDS) + line(f"{WORDS} Nog een.", 2))
    assert (done["rows"], done["new"]) == (2, 1)
    assert len(hits(house)) == 2


def test_undo_takes_back_what_the_import_brought_and_it_may_come_again(house: House) -> None:
    settle(house)
    first = take_in(house, line(WORDS) + line(OTHER_WORDS, 2))
    undone = imports.undo(house, DOSSIER, int(str(first["import"])))
    assert undone["removed"] == 1
    assert counts(house) == (0, 0, 1)
    with house.database.read() as session:
        assert session.query(Removal).one().kind == "import-undone"
    with pytest.raises(Conflict):
        imports.undo(house, DOSSIER, int(str(first["import"])))
    assert take_in(house, line(WORDS) + line(OTHER_WORDS, 2))["new"] == 2
    assert counts(house) == (1, 1, 2)


def test_undo_leaves_what_a_later_import_brought_too(house: House) -> None:
    settle(house)
    first = take_in(house, line(WORDS))
    take_in(house, line(WORDS) + line(f"{WORDS} Nog een.", 2))
    with house.database.read() as session:
        assert session.query(ImportPost).count() == 3
    imports.undo(house, DOSSIER, int(str(first["import"])))
    assert len(hits(house)) == 2, "the second file holds it too"


def test_undo_leaves_what_a_source_brought_too(house: House, world: World) -> None:
    settle(house)
    first = take_in(house, line(WORDS, 7))
    world.shows(FEED, post("https://fora.example/7"))
    the.fetch(house)
    assert len(hits(house)) == 1
    imports.undo(house, DOSSIER, int(str(first["import"])))
    assert len(hits(house)) == 1


def test_a_post_that_a_source_brought_first_gets_the_import_as_its_second_origin(
    house: House, world: World
) -> None:
    settle(house)
    world.shows(FEED, post("https://fora.example/7"))
    the.fetch(house)
    done = take_in(house, line(WORDS, 7))
    assert (done["new"], done["copies"]) == (0, 1)
    imports.undo(house, DOSSIER, int(str(done["import"])))
    assert len(hits(house)) == 1


def test_outside_the_dates_of_a_dossier_nothing_is_taken_in(house: House) -> None:
    settle(house)
    the.at(house, NOW + timedelta(days=400))
    with pytest.raises(InvalidInput, match="daarbuiten"):
        take_in(house, line(WORDS))
    with pytest.raises(NotFound):
        imports.undo(house, "bestaat-niet", 1)


def test_an_import_is_no_source_to_fetch(house: House) -> None:
    settle(house)
    slug = str(take_in(house, line(WORDS))["source"])
    assert len(chosen_sources(house, everything=True, slug=None)) == 1
    with pytest.raises(InvalidInput):
        chosen_sources(house, everything=False, slug=slug)


def test_a_question_heard_at_the_desk_counts_whatever_the_query_says(house: House) -> None:
    settle(house)
    question = "Waar kan ik  kleding\nbrengen?"
    the.told(house).say["Waar kan ik kleding brengen?"] = of_codes("I1", question=True)
    for _ in range(2):
        imports.heard(house, DOSSIER, question, NOW - timedelta(hours=2), "balie")
    found = hits(house)
    assert len(found) == 2, "two people may ask the same"
    assert [(row.title, row.text) for _, row in found] == [
        ("balie", "Waar kan ik kleding brengen?")
    ] * 2
    assert all(hit.is_i and hit.author is None and hit.spans == [] for hit, _ in found)
    (desk,) = (row for row in source_list(house, DOSSIER) if row["kind"] == "balie")
    assert desk["title"].startswith("Vragen aan de balie")
    newest = imports.import_list(house, DOSSIER)[0]
    assert imports.undo(house, DOSSIER, newest["import"])["removed"] == 1
    assert len(hits(house)) == 1
    for wrong, at in (("", NOW), ("Vraag?", NOW + timedelta(hours=1))):
        with pytest.raises(InvalidInput):
            imports.heard(house, DOSSIER, wrong, at)


def test_imports_into_two_dossiers_of_one_organisation_stay_apart(house: House) -> None:
    settle(house)
    settle(house, dossier="de-waterkant", query_text="opvang")
    take_in(house, line(WORDS))
    second = imports.take_in(house, "de-waterkant", understood(house, line(WORDS)))
    assert [len(hits(house)), len(hits(house, "de-waterkant"))] == [1, 1]
    imports.undo(house, "de-waterkant", second["import"])
    assert [len(hits(house)), len(hits(house, "de-waterkant"))] == [1, 0]


def test_json_of_another_tool_comes_in_too(house: House) -> None:
    settle(house)
    rows = [{"id": n, "thread_id": 1, "timestamp": "2026-11-20 08:05:00", "body": f"{WORDS} {n}"}
            for n in range(3)]  # fmt: skip
    data = "\n".join(map(json.dumps, rows)).encode()
    file = imports.understood(data, "4cat.ndjson", None, {}, NOW)
    assert file.profile.name == "4cat"
    assert imports.take_in(house, DOSSIER, file)["matched"] == 3
    assert {row.published_at.hour for _, row in hits(house)} == {8}
