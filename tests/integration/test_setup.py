"""`init`: everything at once or nothing, and a second time without effect."""

from __future__ import annotations

from typing import Any

import pytest

from app.errors import Conflict, InvalidInput, StorageError
from app.services.house import House
from app.services.setup import set_up
from app.services.setup_file import read_init_file
from app.storage import Vault
from app.storage.models import Dossier, Organisation, QueryVersion, SourceRow
from query import QueryError
from tests import factories as the
from tests.factories import FEED, init_file
from tests.shell import INIT


def counted(house: House) -> list[int]:
    with house.database.read() as session:
        return [
            session.query(table).count()
            for table in (Organisation, Dossier, SourceRow, QueryVersion)
        ]


def test_the_file_of_the_contract_is_read() -> None:
    read = read_init_file(INIT.replace("{address}", FEED))
    assert read.dossier.slug == "de-zonnehoek"
    assert read.dossier.report_at == "08:00"


def test_a_second_time_changes_nothing_and_a_longer_file_adds(house: House) -> None:
    assert len(set_up(house, init_file(FEED))) == 4
    assert set_up(house, init_file(FEED)) == []
    assert set_up(house, init_file(FEED, the.FORUM)) == ["bron forum-example-atom-xml"]
    assert counted(house) == [1, 1, 2, 1]


def test_a_query_that_is_wrong_leaves_nothing_behind(house: House) -> None:
    with pytest.raises(QueryError):
        set_up(house, init_file(FEED, query_text="(opvang OR"))
    assert counted(house) == [0, 0, 0, 0]


def test_an_address_that_is_refused_leaves_nothing_behind(house: House) -> None:
    with pytest.raises(InvalidInput):
        set_up(house, init_file(FEED, "geen adres"))
    assert counted(house) == [0, 0, 0, 0]


def test_a_dossier_name_of_another_organisation_is_a_conflict(house: House) -> None:
    set_up(house, init_file(FEED))
    with pytest.raises(Conflict):
        set_up(house, init_file(FEED, organisation="veldkoog"))
    assert counted(house) == [1, 1, 1, 1]


def test_without_a_place_for_the_key_there_is_no_dossier(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Vault, name: str) -> None:
        raise StorageError("De schijf is vol.")

    with monkeypatch.context() as broken:
        broken.setattr(Vault, "create_key", full)
        with pytest.raises(StorageError):
            set_up(house, init_file(FEED))
    assert counted(house) == [0, 0, 0, 0]
    assert set_up(house, init_file(FEED))


def with_change(old: str, new: str) -> str:
    text = INIT.replace("{address}", FEED)
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("ends = 2027-05-01", "ends = 9999-12-31", "dossier.ends"),
        ("starts = 2026-11-01", "starts = 0001-01-01", "dossier.starts"),
        ("starts = 2026-11-01", "starts = 2026-13-01", "TOML"),
        ("starts = 2026-11-01", 'starts = "gisteren"', "dossier.starts"),
        ("2026-11-20T20:00:00+01:00", "0001-01-01T00:00:00+01:00", "moment.0.at"),
        ('report_at = "08:00"', 'report_at = "24:00"', "dossier.report_at"),
        ('report_at = "08:00"', 'report_at = "8:00"', "dossier.report_at"),
        ("inhabitants = 24000", "inhabitants = -1", "organisation.inhabitants"),
        ("inhabitants = 24000", "inhabitants = " + "9" * 5000, "TOML"),
        ('name = "Gemeente Rietmeer"', r'name = "Riet\u0000meer"', "organisation.name"),
        ('name = "Gemeente Rietmeer"', 'name = "   "', "organisation.name"),
        ('name = "Gemeente Rietmeer"', f'name = "{"n" * 201}"', "organisation.name"),
        ('purpose = "Comm', r'purpose = "\u0007Comm', "dossier.purpose"),
        ('slug = "de-zonnehoek"', 'slug = "../etc"', "dossier.slug"),
        ('slug = "de-zonnehoek"', 'slug = "de-zonnehoek\\n"', "dossier.slug"),
        ('kind = "journalists"', 'kind = "buren"', "account_list.0.kind"),
        ('reason = "Publieke functie"', 'reason = ""', "account_list.0.reason"),
        ('plaatsnaam = ["Rietmeer"]', "plaatsnaam = [1]", "dossier.terms.plaatsnaam.0"),
        ('plaatsnaam = ["Rietmeer"]', r'plaatsnaam = ["a\u0001"]', "dossier.terms.plaatsnaam.0"),
        ('plaatsnaam = ["Rietmeer"]', f'{"n" * 120} = ["Rietmeer"]', "dossier.terms"),
        ('[dossier.terms]\n', "x = " + "[" * 2000 + "\n[dossier.terms]\n", "genest"),
        ("[organisation]", "[organisation]\ngeheim = 1", "organisation.geheim"),
        ('query = "handreiking-2016"', 'query = "a"\nquery_text = "b"', "niet allebei"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_is_refused_with_the_place(old: str, new: str, place: str) -> None:
    with pytest.raises(InvalidInput) as told:
        read_init_file(with_change(old, new))
    assert place in told.value.message
    assert len(told.value.message) < 500


@pytest.mark.parametrize("text", ["", "[]", "x", "\x00", "= 1"])
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_init_file(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"terms": {"plaatsnaam": []}, "query_text": "<plaatsnaam> AND opvang"},
        {"terms": {}, "query_text": "<plaatsnaam> AND opvang"},
        {"query_text": ""},
        {"query_text": "a" * 10_001},
        {"query_text": "NOT opvang"},
        {"query_text": "(" * 60 + "opvang" + ")" * 60},
    ],
)
def test_a_query_without_its_values_or_sense_is_refused(
    house: House, changes: dict[str, Any]
) -> None:
    with pytest.raises(QueryError):
        set_up(house, init_file(FEED, **changes))
    assert counted(house) == [0, 0, 0, 0]
