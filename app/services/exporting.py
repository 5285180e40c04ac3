"""The posts under a filter as a file: CSV for a Dutch Excel, XLSX, NDJSON; streamed, formula-safe.

A cell that starts like a formula gets an apostrophe before it; control characters go; nothing else of
the text is lost. Texts are masked, and what a reader may not read stays empty.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from app.clock import AMSTERDAM
from app.services.access import Scope
from app.services.house import House
from app.services.posts import PostFilter, ShownPost, every
from app.storage.models import Dossier

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ndjson": "application/x-ndjson; charset=utf-8",
}
COLUMNS: tuple[tuple[str, Callable[[ShownPost], Any]], ...] = (
    ("bericht", lambda post: post.row.post_key),
    (
        "tijd",
        lambda post: post.row.published_at.astimezone(AMSTERDAM).isoformat(timespec="seconds"),
    ),
    ("dag", lambda post: post.row.local_date.isoformat()),
    ("bron", lambda post: post.row.source),
    ("groep", lambda post: post.row.group or ""),
    ("herkomst", lambda post: post.row.locality),
    ("titel", lambda post: post.title),
    ("tekst", lambda post: post.text),
    ("status", lambda post: post.row.status),
    ("labels", lambda post: " ".join(post.row.labels)),
    ("onderdelen", lambda post: " ".join(post.row.sub_labels)),
    ("nagekeken", lambda post: "ja" if post.row.by_person else "nee"),
    ("toon", lambda post: post.row.sentiment_label),
    ("onderwerp", lambda post: post.row.theme or ""),
    ("urgentie", lambda post: post.row.urgency),
    ("behandeling", lambda post: post.work_state),
    ("bij", lambda post: post.owner or ""),
)
#: With the full-width forms that some spreadsheets take for the same.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
LONGEST_CELL = 32_000


def stream(house: House, scope: Scope, wanted: PostFilter, form: str) -> Iterator[bytes]:
    """The file in pieces; it reads in a session of its own, after the request's has ended."""
    return _pieces(house, scope, scope.dossier.id, wanted, form)


def _pieces(
    house: House, scope: Scope, dossier_id: int, wanted: PostFilter, form: str
) -> Iterator[bytes]:
    with house.database.read() as session:
        inside = replace(scope, dossier=session.get_one(Dossier, dossier_id))
        posts = every(house, session, inside, wanted)
        yield from {"csv": _csv, "xlsx": _xlsx, "ndjson": _ndjson}[form](posts)


def safe(value: Any) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what starts like a formula."""
    text = "".join(char for char in str(value) if char in "\n\t" or ord(char) >= 32)
    return "'" + text if _visible(text).startswith(FORMULA) else text


def _visible(text: str) -> str:
    """The text from its first mark that shows: blanks and turning marks may stand before a formula."""
    for place, char in enumerate(text):
        if char in FORMULA or unicodedata.category(char) not in ("Zs", "Cf"):
            return text[place:]
    return ""


def _csv(posts: Iterator[ShownPost]) -> Iterator[bytes]:
    """`;` and a byte order mark, as a Dutch Excel opens it by a double click."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    writer.writerow([name for name, _ in COLUMNS])
    for post in posts:
        writer.writerow([safe(read(post)) for _, read in COLUMNS])
        if buffer.tell() > 60_000:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")


def _ndjson(posts: Iterator[ShownPost]) -> Iterator[bytes]:
    for post in posts:
        line = {name: read(post) for name, read in COLUMNS}
        line["plekken"] = [
            {"start": span.start, "end": span.end, "leaf": span.why} for span in post.spans
        ]
        yield json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _xlsx(posts: Iterator[ShownPost]) -> Iterator[bytes]:
    import xlsxwriter

    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet("Berichten")
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, [name for name, _ in COLUMNS])
            for number, post in enumerate(posts, start=1):
                for column, (_, read) in enumerate(COLUMNS):
                    sheet.write_string(number, column, safe(read(post))[:LONGEST_CELL])
        file.seek(0)
        while piece := file.read(65_536):
            yield piece
