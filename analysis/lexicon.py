"""Reads the reviewed text files in `analysis/assets`: tab-separated, `#` starts a comment line.

Every file is written by us. A cell may hold several entries divided by `;`, and an entry may hold
alternatives in braces: `{ik|wij} {ga|gaan} helpen` stands for four phrases.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from analysis.errors import ModelUnavailable

_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an asset: where it stands, and its cells, trimmed."""

    file: str
    line: int
    cells: tuple[str, ...]

    def number(self, cell: int) -> float:
        """The cell as a number; ModelUnavailable names file and line when it is none."""
        try:
            return float(self.cells[cell])
        except ValueError:
            raise unreadable(self, f"'{self.cells[cell]}' is geen getal") from None


def rows(name: str, columns: int) -> tuple[Row, ...]:
    """The rows of one asset. Raises ModelUnavailable when it is missing or a row has other columns."""
    found: list[Row] = []
    for number, line in enumerate(_text(name).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        row = Row(name, number, tuple(cell.strip() for cell in line.split("\t")))
        if len(row.cells) != columns:
            raise unreadable(row, f"{len(row.cells)} kolommen in plaats van {columns}")
        found.append(row)
    return tuple(found)


def unreadable(row: Row, what: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"De woordenlijst {row.file} klopt niet op regel {row.line}: {what}. "
        "Zet het oorspronkelijke bestand terug.",
        file=row.file,
        line=row.line,
    )


def entries(cell: str) -> tuple[str, ...]:
    """The entries of one cell, alternatives written out, folded as texts are."""
    return tuple(
        " ".join(phrase.split())
        for entry in cell.split(";")
        if entry.strip()
        for phrase in _written_out(fold(entry.strip().lower()))
    )


def _written_out(entry: str) -> list[str]:
    parts = _BRACES.split(entry)
    choices = [part.split("|") if at % 2 else [part] for at, part in enumerate(parts)]
    return ["".join(choice) for choice in itertools.product(*choices)]


LABELLING = frozenset(
    {
        *("classes.tsv", "rules.tsv", "sentiment.tsv", "modifiers.tsv", "themes.tsv", "terms.tsv"),
        *("function_words.tsv", "fields.tsv", "identity.tsv", "grammar_words.tsv"),
    }
)
"""The assets that decide a label."""


def digest(version: str, names: frozenset[str] | None = None) -> str:
    """SHA-256 over `version` and the names and bytes of the assets, line ends as LF."""
    summed = hashlib.sha256(version.encode())
    for file in sorted(_assets().iterdir(), key=lambda file: file.name):
        if file.name.endswith(".tsv") and (names is None or file.name in names):
            content = file.read_bytes().replace(b"\r\n", b"\n")
            summed.update(f"\0{file.name}\0{len(content)}\0".encode() + content)
    return summed.hexdigest()


def fold(text: str) -> str:
    """Removes accents and straightens quotes, one character for one, so that offsets stay."""
    return text.translate(_folding())


@cache
def _folding() -> dict[int, str]:
    table = {ord(quote): "'" for quote in "\u2018\u2019\u201b\u0060\u00b4\u2032"}
    table |= {ord(quote): '"' for quote in "\u201c\u201d\u201e\u00ab\u00bb\u2033"}
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base
    return table


def _assets() -> Traversable:
    return resources.files("analysis") / "assets"


def _text(name: str) -> str:
    try:
        return (_assets() / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelUnavailable(
            f"De woordenlijst {name} is niet te lezen. Installeer Klankbord opnieuw.", file=name
        ) from error
