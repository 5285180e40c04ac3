"""Cells of the first sheet of an XLSX file as words; a file that unpacks to too much is refused."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from app.errors import InvalidInput

MOST_UNPACKED = 300 * 1024 * 1024
MOST_PARTS = 2000
HEAD = 4096


def rows_of_xlsx(data: bytes, most_rows: int, most_columns: int) -> Iterator[list[str]]:
    """Rows from the first sheet with anything in it; raises `InvalidInput`."""
    _check_parts(data)
    from openpyxl import load_workbook  # half a second: only here

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles that we do not look at
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # what the file says of its own size is not believed
                found = islice(sheet.iter_rows(values_only=True), most_rows + 1)
                rows = [[_word(cell) for cell in row[:most_columns]] for row in found]
                if any(any(row) for row in rows):
                    yield from rows
                    return
        except InvalidInput:
            raise
        except Exception as error:  # a broken file breaks in as many ways as there are parts
            raise _wrong(f"Het XLSX-bestand is niet te lezen ({type(error).__name__}).") from error
    raise _wrong("Het XLSX-bestand heeft geen gevulde werkbladen.")


def _check_parts(data: bytes) -> None:
    """No bomb, no entities: sizes are looked at before anything is unpacked whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            parts = box.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise _wrong("Het XLSX-bestand is uitgepakt te groot.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with box.open(part) as inside:
                        if b"<!DOCTYPE" in inside.read(HEAD).upper():
                            raise _wrong("Het XLSX-bestand bevat iets dat er niet in hoort.")
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError) as error:
        raise _wrong("Het XLSX-bestand is beschadigd of met een wachtwoord beveiligd.") from error


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(message, field="file")
