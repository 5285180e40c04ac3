"""A file from another tool as rows of words: CSV, XLSX, JSON or NDJSON, told apart by what it is.

Dutch exports are `;`-separated and often windows-1252: UTF-8 is tried first, then UTF-16 by its
mark, then windows-1252, which nearly always fits (sources.md). Nothing here knows a column's meaning.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput
from app.services.import_xlsx import rows_of_xlsx

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 500
SEPARATORS = (";", ",", "\t", "|")
LOOK = 50
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by their number in the file (the head is 1); `bad` are rows that could not be read."""

    form: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Row], ...]
    bad: tuple[tuple[int, str], ...] = ()
    encoding: str = ""
    separator: str = ""


def read_table(data: bytes) -> Table:
    """Raises `InvalidInput` for what is no table at all."""
    if len(data) > MOST_BYTES:
        raise _wrong(f"Het bestand is groter dan {MOST_BYTES // 1024 // 1024} MiB; splits het.")
    if data.startswith(b"PK\x03\x04"):
        return _of_cells("xlsx", list(rows_of_xlsx(data, MOST_ROWS + 1, MOST_COLUMNS)))
    text, encoding = decoded(data)
    if not text.strip():
        raise _wrong("Het bestand is leeg.")
    if text.lstrip()[:1] in ("{", "["):
        return _of_json(text, encoding)
    return _of_csv(text, encoding)


def decoded(data: bytes) -> tuple[str, str]:
    """(text, encoding) by the fixed order: utf-8, utf-16 with its mark, windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError as error:
            raise _wrong("Het bestand zegt UTF-16 te zijn, maar is dat niet.") from error
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace"), "cp1252"


def _of_csv(text: str, encoding: str) -> Table:
    first, _, rest = text.partition("\n")
    separator = ""
    if first.strip().casefold().startswith("sep=") and len(first.strip()) == 5:
        separator, text = first.strip()[-1], rest  # Excel's own line about the separator
    separator = separator or _separator(text)
    try:
        cells = list(_csv_rows(text, separator, MOST_ROWS + 1))
    except csv.Error as error:
        raise _wrong(f"De CSV is niet te lezen: {error}.") from error
    return _of_cells("csv", cells, encoding=encoding, separator=separator)


def _csv_rows(text: str, separator: str, most: int) -> Iterable[list[str]]:
    csv.field_size_limit(MOST_BYTES)
    for count, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
        if count > most:
            return
        yield row


def _separator(text: str) -> str:
    """The one that cuts the first rows into the most columns, all rows alike."""
    best, score = ";", 0.0
    for separator in SEPARATORS:
        try:
            rows = [row for row in _csv_rows(text[:200_000], separator, LOOK) if row]
        except csv.Error:
            continue
        width = len(rows[0]) if rows else 0
        if width < 2:
            continue
        same = sum(len(row) == width for row in rows) / len(rows)
        if width * same > score:
            best, score = separator, width * same
    return best


def _of_cells(form: str, cells: list[list[str]], **more: str) -> Table:
    numbered = [(n, row) for n, row in enumerate(cells, start=1) if any(c.strip() for c in row)]
    if not numbered:
        raise _wrong("Het bestand heeft geen rijen.")
    (_, head), *body = numbered
    columns = _names(head)
    if len(body) > MOST_ROWS:
        raise _wrong(f"Het bestand heeft meer dan {MOST_ROWS} rijen; splits het.")
    rows, bad = [], []
    for number, row in body:
        if any(cell.strip() for cell in row[len(columns) :]):
            bad.append((number, f"heeft {len(row)} cellen, de kop heeft er {len(columns)}"))
            continue
        padded = [*row, *[""] * (len(columns) - len(row))]
        rows.append((number, dict(zip(columns, padded, strict=False))))
    return Table(form, columns, tuple(rows), tuple(bad), **more)


def _names(head: list[str]) -> tuple[str, ...]:
    """Names of columns, each once: a second `datum` becomes `datum (2)`."""
    seen: dict[str, int] = {}
    names = []
    for position, cell in enumerate(head[:MOST_COLUMNS], start=1):
        name = " ".join(cell.split())[:100] or f"kolom {position}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _of_json(text: str, encoding: str) -> Table:
    try:
        return _of_objects("json", _list_in(json.loads(text)), [], encoding)
    except RecursionError as error:
        raise _wrong("De JSON is te diep genest om te lezen.") from error
    except ValueError as whole:
        rows, bad = _json_lines(text)
        if not rows:
            raise _wrong(f"De JSON is niet te lezen: {whole}.") from whole
        return _of_objects("ndjson", rows, bad, encoding)


def _json_lines(text: str) -> tuple[list[tuple[int, Any]], list[tuple[int, str]]]:
    rows, bad = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append((number, json.loads(line)))
        except (ValueError, RecursionError) as error:
            bad.append((number, f"is geen JSON: {error}"[:200]))
    return rows, bad


def _list_in(document: Any) -> list[tuple[int, Any]]:
    """The list of a document: the document itself, or the longest list of objects in it."""
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list)]
        document = max(lists, key=len, default=[document])
    return list(enumerate(document, start=1)) if isinstance(document, list) else []


def _of_objects(
    form: str, values: list[tuple[int, Any]], bad: list[tuple[int, str]], encoding: str
) -> Table:
    if len(values) > MOST_ROWS:
        raise _wrong(f"Het bestand heeft meer dan {MOST_ROWS} rijen; splits het.")
    rows, columns = [], {}
    for number, value in values:
        if not isinstance(value, dict):
            bad.append((number, "is geen object met velden"))
            continue
        flat = dict(_flat(value, ""))
        columns.update(dict.fromkeys(flat))
        rows.append((number, flat))
    if not rows:
        raise _wrong("In deze JSON staat geen lijst van berichten.")
    return Table(form, tuple(columns), tuple(rows), tuple(sorted(bad)), encoding)


def _flat(value: dict[str, Any], before: str, depth: int = 0) -> Iterable[tuple[str, str]]:
    for name, inner in list(value.items())[:MOST_COLUMNS]:
        path = f"{before}{name}"
        if isinstance(inner, dict) and depth < 3:
            yield from _flat(inner, f"{path}.", depth + 1)
        elif isinstance(inner, str):
            yield path, inner
        elif isinstance(inner, bool):
            yield path, "true" if inner else "false"
        elif isinstance(inner, int | float):
            yield (
                path,
                str(int(inner)) if isinstance(inner, float) and inner.is_integer() else str(inner),
            )


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(message, field="file")
