"""What every command shares: a wired house, files, results on stdout, one clear line on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import InvalidInput

if TYPE_CHECKING:
    from app.services.house import House

DONE, FAILED, WRONG, BROKEN = 0, 1, 2, 3


class CommandFailed(Exception):
    """The command did its work and something in it failed: exit 1, the result says what."""


@contextmanager
def opened(*, current: bool = True) -> Iterator[House]:
    """The house that the environment describes; its database of this release's age."""
    from app.bootstrap import open_house
    from app.config import load_settings
    from app.storage.migrate import require_current

    house = open_house(load_settings())
    try:
        if current:
            require_current(house.database)
        yield house
    finally:
        house.close()


def say(text: str) -> None:
    """A result, on standard output."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """A remark beside the result, on standard error."""
    sys.stderr.write(text + "\n")


def say_json(value: Any, *, indent: int | None = 2, ascii_only: bool = False) -> None:
    """One JSON document, or one line of NDJSON with `indent=None`; lone surrogates escaped."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only, allow_nan=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=indent, ensure_ascii=True, allow_nan=False)
    say(text)


def read_bytes(name: str) -> bytes:
    """The contents of a file, or of standard input for `-`; raises `InvalidInput`."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InvalidInput(f"{name} is niet te lezen: {error.strerror}.", field="file") from error


def read_text(name: str) -> str:
    """A UTF-8 text; raises `InvalidInput` naming the first byte that is not."""
    try:
        return read_bytes(name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{name} is geen UTF-8: byte {error.start + 1} klopt niet. Sla het bestand op als UTF-8.",
            field="file",
        ) from error


def read_lines(name: str) -> Iterator[str]:
    """Lines of NDJSON; a line that is no UTF-8 comes through damaged and is refused as a line."""
    for line in read_bytes(name).removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        text = line.decode("utf-8", "surrogateescape").rstrip("\r")
        if text.strip():
            yield text


def day_of(value: str | None, option: str) -> date | None:
    """A date from the command line; raises `InvalidInput`."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InvalidInput(
            f"{option} {value!r} is geen datum. Schrijf jjjj-mm-dd, bijvoorbeeld 2026-11-20.",
            field=option,
        ) from error


def on_terminal() -> bool:
    """True when somebody can answer a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> str:
    """Ask on the terminal (prompt on stderr, so that stdout holds results alone)."""
    sys.stderr.write(question + " ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def refuse_standing_clock(house: House, command: str) -> None:
    """`KLANKBORD_CLOCK` is for one-shot commands: a service that stands still is no service."""
    if house.settings.clock and not house.demo:
        raise InvalidInput(
            f"KLANKBORD_CLOCK staat op een vast tijdstip; {command} heeft de echte klok nodig. "
            "Haal de variabele weg.",
            field="KLANKBORD_CLOCK",
        )
