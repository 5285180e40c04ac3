"""A CSV of list members: pasted, sent or read from a file; all of it or nothing, errors by line.

Columns by heading (account, van, tot, reden) in any order, or in that order without a heading;
`platform` beside `account` gives the server. `;`, `,` or tab between them; `#` starts a remark.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date

from app.errors import InvalidInput
from app.services.list_members import MOST_MEMBERS, Wanted, refuse, spelled

MOST_CHARACTERS = 500_000
COLUMNS = ("account", "from", "until", "reason")
HEADINGS = {
    "account": "account", "handle": "account", "naam": "account", "lid": "account",
    "platform": "platform", "server": "platform",
    "from": "from", "van": "from", "vanaf": "from",
    "until": "until", "tot": "until", "tot en met": "until", "t/m": "until",
    "reason": "reason", "reden": "reason",
}  # fmt: skip


def read_members(text: str) -> list[Wanted]:
    """Every member of the CSV, each once; raises `InvalidInput` that names the lines."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(f"Een CSV heeft hooguit {MOST_CHARACTERS} tekens.", field="csv")
    wanted: dict[str, Wanted] = {}
    faults: list[tuple[int, InvalidInput]] = []
    try:
        for number, cells in _lines(text):
            try:
                one = _wanted(cells, number)
                wanted.setdefault(spelled(one.account), one)
            except InvalidInput as error:
                faults.append((number, error))
    except csv.Error as error:
        raise InvalidInput(f"Dit is geen leesbare CSV: {error}.", field="csv") from error
    refuse(faults)
    if not wanted:
        raise InvalidInput("Dit bestand bevat geen accounts.", field="csv")
    if len(wanted) > MOST_MEMBERS:
        raise InvalidInput(f"Een lijst heeft hooguit {MOST_MEMBERS} leden.", field="csv")
    return list(wanted.values())


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, cells by column) of every line that says something."""
    text = text.removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    columns: Sequence[str] | None = None
    for cells in reader:
        if not any(cell.strip() for cell in cells) or cells[0].lstrip().startswith("#"):
            continue
        if columns is None:
            columns = _columns(cells)
            if columns is not COLUMNS:
                continue
        if len(cells) > len(columns):
            yield reader.line_num, {"": "te veel kolommen"}
        else:
            yield reader.line_num, dict(zip(columns, map(str.strip, cells), strict=False))


def _separator(text: str) -> str:
    """The one that stands most in the first line that says something."""
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    first = next(lines, "")
    return max(";,\t", key=first.count)


def _columns(cells: Sequence[str]) -> Sequence[str]:
    """The columns that a heading names; the usual ones when the first line is a member already."""
    names = [HEADINGS.get(" ".join(cell.split()).casefold(), "") for cell in cells]
    return names if "account" in names else COLUMNS


def _wanted(cells: dict[str, str], line: int) -> Wanted:
    if cells.get(""):
        raise InvalidInput(cells[""])
    account, platform = cells.get("account", ""), cells.get("platform", "")
    if any(ord(char) < 32 or 0xD800 <= ord(char) <= 0xDFFF for char in "".join(cells.values())):
        raise InvalidInput("bevat een stuurteken")
    if platform and "@" not in account.lstrip("@") and not account.startswith("bron:"):
        account = f"@{account.lstrip('@')}@{platform}"
    reason = cells.get("reason", "")
    if len(reason) > 2000:
        raise InvalidInput("de reden is te lang")
    starts, ends = _day(cells.get("from", "")), _day(cells.get("until", ""))
    return Wanted(account, starts, ends, reason, line)


def _day(text: str) -> date | None:
    """A day as people write it: jjjj-mm-dd or dd-mm-jjjj."""
    if not text:
        return None
    parts = text.split("-")
    if len(parts) == 3 and len(parts[0]) <= 2 and len(parts[2]) == 4:
        text = f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2}"
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text[:40]!r} is geen datum (jjjj-mm-dd)") from error
