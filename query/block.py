"""Many texts folded at once into one block of bytes, with numpy (query-language.md §4.1).

Each code point becomes one byte by table: the folded letter or digit, a blank, a sign, or one of 125
bytes for emoji. Marks and joiners vanish, `ß` and `œ` become two. A text with anything else in it (a
letter that does not fold to a-z, a keycap, a lone surrogate) is *odd*: the block says nothing about
it and the plain tokens decide.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from query.text import FLAG, MARKS, PICTURE, SKIN, fold, token_key

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BLANK, SIGN, WIDE, GONE, ODD = 0x20, 0x7F, 0xFD, 0xFE, 0xFF
FIRST_EMOJI = 0x80
#: The code points that are looked at one by one; all others are odd.
KNOWN = (*range(0x3000), *range(0xFE00, 0xFE10), *range(0xFF00, 0xFFF0), 0xFEFF,
         *range(0x1F000, 0x1FB00))  # fmt: skip
#: Which bytes are letters, digits or `_`.
WORDY: Flags = np.array([chr(n).isalnum() or n == 95 if n < 128 else False for n in range(256)])


@dataclass(frozen=True, slots=True)
class Block:
    """`folded`: uint8 with a blank before and after; text n is `folded[starts[n]:starts[n + 1] - 1]`.

    `odd[n]`: the block does not speak for text n.
    """

    folded: Bytes
    starts: Numbers
    odd: Flags


@cache
def _table() -> tuple[Bytes, dict[int, bytes]]:
    """(byte by code point, the bytes of those that become several)."""
    mark, emoji = re.compile(f"[{MARKS}]"), re.compile(f"[{PICTURE}{SKIN}]|{FLAG}")
    table: Bytes = np.full(0x110000, ODD, np.uint8)
    wide: dict[int, bytes] = {}
    for code in KNOWN:
        char = chr(code)
        if char.isalnum() or char == "_":
            key = "" if emoji.match(char) else token_key(char)
            if key and key.isascii():
                table[code] = ord(key) if len(key) == 1 else WIDE
                if len(key) > 1:
                    wide[code] = key.encode()
        elif char.isspace():
            table[code] = BLANK
        elif mark.match(char):
            table[code] = GONE if fold(char) == "" and char != "\u20e3" else ODD
        elif emoji.match(char):
            table[code] = emoji_byte(char)
        elif unicodedata.category(char)[0] in "PSCZ":
            table[code] = code if code < 128 else SIGN
    return table, wide


@cache
def _ascii() -> bytes:
    return _table()[0][:256].tobytes()


def ascii_apart(texts: Sequence[str]) -> tuple[list[int], list[int]]:
    """The numbers of the texts that are all ASCII, and of the others."""
    plain, other = list[int](), list[int]()
    for number, text in enumerate(texts):
        (plain if text.isascii() else other).append(number)
    return plain, other


def emoji_byte(char: str) -> int:
    """The byte of a picture; several pictures share one."""
    return FIRST_EMOJI + ord(char) % (WIDE - FIRST_EMOJI)


def literal_of(text: str) -> bytes | None:
    """A text as it stands in a block; None when no text that holds it is ever told by a block."""
    table, _ = _table()
    found = [int(table[ord(char)]) for char in text]
    if ODD in found or WIDE in found:
        return None
    return bytes(byte for byte in found if byte != GONE)


def fold_block(texts: Sequence[str]) -> Block:
    """Fold texts together; texts that are all ASCII cost a fifth of others, so keep them apart."""
    table, wide = _table()
    joined = f" {chr(10).join(texts)} "
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    starts = np.empty(len(texts) + 1, np.int64)
    starts[0] = 1
    np.cumsum(lengths + 1, out=starts[1:])
    starts[1:] += 1
    odd: Flags = np.zeros(len(texts), bool)
    if joined.isascii():
        folded: Bytes = np.frombuffer(joined.encode().translate(_ascii()), np.uint8)
        _mark(odd, starts, _glued_addresses(folded))
        return Block(folded, starts, odd)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    folded = table[codes]
    strange = np.flatnonzero(folded >= WIDE)
    if len(strange):
        kinds = folded[strange]
        _mark(odd, starts, strange[kinds == ODD])
        gone = strange[kinds == GONE]
        _mark(odd, starts, gone[np.isin(codes[gone - 1], (35, 64))])
        folded, starts = _resized(folded, codes, starts, strange[kinds == WIDE], gone, wide)
    _mark(odd, starts, _glued_addresses(folded))
    return Block(folded, starts, odd)


def _mark(odd: Flags, starts: Numbers, places: Numbers) -> None:
    if len(places):
        odd[np.searchsorted(starts, places, "right") - 1] = True


def _resized(
    folded: Bytes, codes: npt.NDArray[np.uint32], starts: Numbers,
    several: Numbers, gone: Numbers, wide: dict[int, bytes],
) -> tuple[Bytes, Numbers]:  # fmt: skip
    """Without what vanishes, and with all bytes of what becomes several."""
    if len(several):
        made = [wide[int(code)] for code in codes[several]]
        times = np.ones(len(folded), np.int64)
        times[several] = [len(one) for one in made]
        times[gone] = 0
        after = np.concatenate(([0], np.cumsum(times)))
        resized: Bytes = np.repeat(folded, times)
        for place, one in zip(after[several], made, strict=True):
            resized[place : place + len(one)] = list(one)
        return resized, after[starts]
    return np.delete(folded, gone), starts - np.searchsorted(gone, starts)


def _glued_addresses(folded: Bytes) -> Numbers:
    """Where `https://` stands against a word: there the word ends before it, unlike in the block."""
    data = folded.tobytes()
    found = []
    at = data.find(b"://")
    while at >= 0:
        start = at - (5 if data.endswith(b"https", 0, at) else 4)
        if data.startswith(b"http", start) and WORDY[data[start - 1]]:
            found.append(at)
        at = data.find(b"://", at + 3)
    return np.array(found, np.int64)
