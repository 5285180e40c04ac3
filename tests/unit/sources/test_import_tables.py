"""Files from other tools: encodings, separators, sheets, JSON, and what is no table at all."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from openpyxl import Workbook

from app.errors import InvalidInput
from app.services.import_tables import Table, read_table

HEAD = "datum;auteur;bericht tekst\n"
ROW = "20-11-2026 09:05;Jan;Komt er opvang in café België? € 100\n"


def xlsx(*rows: list[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_the_encoding_is_found_by_a_fixed_order(encoding: str, told: str) -> None:
    table = read_table((HEAD + ROW).encode(encoding))
    assert table.encoding == told
    assert table.columns == ("datum", "auteur", "bericht tekst")
    assert table.rows[0][1]["bericht tekst"] == "Komt er opvang in café België? € 100"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_the_one_that_cuts_all_rows_alike(separator: str) -> None:
    text = separator.join(["datum", "tekst", "bron"]) + "\n"
    text += separator.join(["20-11-2026", '"een; twee, drie\nvier|vijf"', "X"]) + "\n"
    table = read_table(text.encode())
    assert table.separator == separator
    assert table.rows[0][1]["tekst"] == "een; twee, drie\nvier|vijf"


def test_excels_own_line_about_the_separator_is_no_row() -> None:
    table = read_table(b"sep=,\r\ndatum,tekst\r\n20-11-2026,opvang\r\n")
    assert (table.columns, len(table.rows)) == (("datum", "tekst"), 1)


def test_a_row_with_more_cells_than_the_head_is_named() -> None:
    table = read_table(b"datum;tekst\n1-1-2026;a\n1-1-2026;b;c\n1-1-2026\n")
    assert [number for number, _ in table.rows] == [2, 4]
    assert table.bad[0][0] == 3


def test_columns_with_one_name_stay_apart() -> None:
    assert read_table(b"datum;datum;\n1;2;3\n").columns == ("datum", "datum (2)", "kolom 3")


def test_a_sheet_gives_dates_and_numbers_as_words() -> None:
    table = read_table(
        xlsx(["datum", "id", "tekst"], [datetime.fromisoformat("2026-11-20T09:05"), 12.0, "op=1"])
    )
    assert table.form == "xlsx"
    assert table.rows[0][1] == {"datum": "2026-11-20 09:05:00", "id": "12", "tekst": "op=1"}


@pytest.mark.parametrize("wrapped", [False, True])
def test_json_is_a_list_or_holds_one(wrapped: bool) -> None:
    rows = [{"body": "opvang", "author": {"name": "jan"}, "likes": 3}, {"body": "azc"}]
    table = read_table(json.dumps({"meta": 1, "data": rows} if wrapped else rows).encode())
    assert table.form == "json"
    assert table.columns == ("body", "author.name", "likes")


def test_a_bad_line_of_ndjson_is_named_and_the_others_count() -> None:
    table = read_table(b'{"body":"a"}\n{kapot\n[1]\n{"body":"b"}\n')
    assert table.form == "ndjson"
    assert [number for number, _ in table.rows] == [1, 4]
    assert [number for number, _ in table.bad] == [2, 3]


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as box:
        for part in range(4):
            box.writestr(f"xl/{part}.bin", b"\x00" * (100 * 1024 * 1024))
    return data.getvalue()


def with_entities() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as box:
        box.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>')
    return data.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n \n", b"PK\x03\x04kapot", xlsx()[:500], xlsx(), b"[]", b'[{"a":', b"{}" * 3,
        b"[" * 100_000, b"\xff\xfe\x00", with_entities(),
    ],
    ids=lambda data: repr(data[:8]),  # behind it a sheet holds the time at which it was packed
)  # fmt: skip
def test_what_is_no_table_is_said_in_one_line(data: bytes) -> None:
    with pytest.raises(InvalidInput) as told:
        read_table(data)
    assert "\n" not in told.value.message


def test_a_sheet_that_unpacks_to_too_much_is_refused_unopened() -> None:
    with pytest.raises(InvalidInput, match="te groot"):
        read_table(bomb())


@settings(max_examples=150)
@given(some.binary(max_size=300) | some.text(max_size=300).map(lambda text: text.encode("utf-8")))
def test_whatever_the_bytes_it_is_a_table_or_refused(data: bytes) -> None:
    try:
        table = read_table(data)
    except InvalidInput:
        return
    assert isinstance(table, Table)
    assert all(set(row) <= set(table.columns) for _, row in table.rows)
