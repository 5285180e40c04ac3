"""The model card as blocks for a page: headings, paragraphs, lists and tables of its Markdown.

Only what the card uses is read; the text stays text, so nothing in it can become markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_INLINE = re.compile(r"\*\*(?P<strong>[^*]+)\*\*|`(?P<code>[^`]+)`|\[(?P<link>[^]]+)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(?<!\w)\*([^*]+)\*(?!\w)")
_RULE = re.compile(r"\|[\s:|-]+\|")

Kind = Literal["heading", "text", "list", "table"]
Piece = tuple[Literal["plain", "strong", "code"], str]
"""A stretch of text and how it stands out."""


@dataclass(frozen=True, slots=True)
class Block:
    """`level` of a heading (2 or 3); `lines` of a text or list; `head` and `rows` of a table."""

    kind: Kind
    level: int = 0
    lines: tuple[tuple[Piece, ...], ...] = ()
    head: tuple[tuple[Piece, ...], ...] = ()
    rows: tuple[tuple[tuple[Piece, ...], ...], ...] = ()


def blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks in order; the title of the card is left to the page."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", markdown) if part.strip()]
    return tuple(_block(part) for part in parts if not part.startswith("# "))


def _block(part: str) -> Block:
    lines = part.splitlines()
    if part.startswith("#"):
        marks, _, text = part.partition(" ")
        return Block("heading", level=len(marks), lines=(pieces(text),))
    if part.startswith("|"):
        return _table(lines)
    if part.startswith("- "):
        return Block("list", lines=tuple(pieces(line) for line in _items(lines)))
    return Block("text", lines=(pieces(" ".join(lines)),))


def _items(lines: Sequence[str]) -> Iterator[str]:
    item = ""
    for line in lines:
        if line.startswith("- ") and item:
            yield item
            item = ""
        item = f"{item} {line.removeprefix('- ').strip()}".strip()
    yield item


def _table(lines: Sequence[str]) -> Block:
    cells = [
        tuple(pieces(cell.strip()) for cell in line.strip().strip("|").split("|"))
        for line in lines
        if not _RULE.fullmatch(line.strip())
    ]
    return Block("table", head=cells[0], rows=tuple(cells[1:]))


def pieces(text: str) -> tuple[Piece, ...]:
    """Bold and code apart; a link keeps its words, emphasis its words."""
    found: list[Piece] = []
    at = 0
    for match in _INLINE.finditer(text):
        _plain(found, text[at : match.start()])
        if match["strong"]:
            found.append(("strong", match["strong"]))
        elif match["code"]:
            found.append(("code", match["code"]))
        else:
            _plain(found, match["link"])
        at = match.end()
    _plain(found, text[at:])
    return tuple(found)


def _plain(found: list[Piece], text: str) -> None:
    if text:
        found.append(("plain", _EMPHASIS.sub(r"\1", text)))
