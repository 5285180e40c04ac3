"""Documents to the arrays of a segment: vocabulary, positions and post lists, with numpy.

Most texts go through a folded block, where a token is a stretch of letters. A text with a mention, an
emoji or anything else that a block does not speak for goes through the plain tokens; both give the
same. A token is known by 64 bits of its bytes while the vocabulary is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from query.block import FIRST_EMOJI, WORDY, Block, Flags, Numbers, ascii_apart, fold_block
from query.text import token_keys

Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int32]
#: Texts folded together: more leaves the processor's cache.
CHUNK = 2_048
ODDS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93],
                np.uint64)  # fmt: skip
KEPT = np.array([(1 << (8 * size)) - 1 for size in range(8)] + [2**64 - 1], np.uint64)
MENTION, EMOJI = "@", "\x00"
SIGN = {"word": "", "hashtag": "", "mention": MENTION, "emoji": EMOJI}
KIND = {"word": 0, "hashtag": ord("h"), "mention": ord(MENTION), "emoji": ord("e")}


@dataclass(frozen=True, slots=True)
class Index:
    """Everything by number. A row is a text or a title; tokens stand in the order of the rows.

    `words`: the sorted vocabulary; a mention begins with `@`, an emoji with NUL.
    `sequence[t]`: the word of token t, -1 for a mention, whose name is in `names`. `row[t]`: its row.
    `tag[t]`: it is a hashtag.
    `tokens[bounds[w]:bounds[w + 1]]`: the tokens of word w, ascending; `posts` the same as posts.
    `mentions`: the tokens that are mentions. `post_of[r]`: the post of a row. Title rows come last,
    from `first_title` on.
    """

    words: list[str]
    sequence: Ints
    row: Ints
    tag: Flags
    bounds: Numbers
    tokens: Ints
    posts: Ints
    mentions: Ints
    names: dict[int, str]
    post_of: Ints
    first_title: int


@dataclass(frozen=True, slots=True)
class _Spans:
    """Tokens as stretches of bytes; `own` and `word` differ for a mention."""

    data: bytes
    start: Numbers
    length: Numbers
    row: Numbers
    tag: Flags
    kind: npt.NDArray[np.uint8]


def index(texts: Sequence[str], titles: Sequence[tuple[int, str]]) -> Index:
    """The index of texts, and of (post number, title) for the posts that have one."""
    rows = [*texts, *(title for _, title in titles)]
    post_of = np.array([*range(len(texts)), *(post for post, _ in titles)], np.int32)
    pieces = [
        piece
        for start in range(0, len(rows), CHUNK)
        for piece in _chunks(rows[start : start + CHUNK], start)
    ]
    row: Numbers = _joined([piece.row for piece in pieces], np.int64)
    order = _stable(row)
    own, names = _vocabulary(pieces)
    kind = _joined([piece.kind for piece in pieces], np.uint8)[order]
    own, row_of = own[order], row[order].astype(np.int32)
    tag = _joined([piece.tag for piece in pieces], np.bool_)[order]
    mentions = np.flatnonzero(kind == ord(MENTION)).astype(np.int32)
    sequence = own.astype(np.int32)
    sequence[mentions] = -1
    words = names
    tokens = _stable(own).astype(np.int32)
    bounds = np.concatenate(([0], np.cumsum(np.bincount(own, minlength=len(words)))))
    return Index(
        words, sequence, row_of, tag, bounds, tokens, post_of[row_of[tokens]], mentions,
        {token: words[own[token]][1:] for token in mentions.tolist()},
        post_of, len(texts),
    )  # fmt: skip


def _stable(keys: Numbers) -> Numbers:
    """The order that sorts small numbers and keeps equals as they stand; quicker than argsort."""
    paired = (keys.astype(np.uint64) << np.uint64(32)) | np.arange(len(keys), dtype=np.uint64)
    paired.sort()
    return (paired & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _joined(arrays: Sequence[npt.NDArray[np.generic]], kind: type[np.generic]) -> npt.NDArray:  # type: ignore[type-arg]
    return np.concatenate(arrays) if arrays else np.zeros(0, kind)


def _chunks(texts: Sequence[str], first: int) -> Iterable[_Spans]:
    for numbers in ascii_apart(texts):
        if numbers:
            yield from _chunk([texts[n] for n in numbers], np.array(numbers, np.int64) + first)


def _chunk(texts: Sequence[str], rows: Numbers) -> Iterable[_Spans]:
    """The tokens of some rows: those of the block, and those of the texts that need more care."""
    block = fold_block(texts)
    data = block.folded.tobytes()
    wordy = WORDY[block.folded]
    special = block.odd.copy()
    signs = np.flatnonzero((block.folded == ord("@")) | (block.folded >= FIRST_EMOJI))
    special[np.searchsorted(block.starts, signs, "right") - 1] = True
    _without_addresses(texts, block, data, wordy, special)
    careful = np.flatnonzero(special)
    for number in careful:
        wordy[block.starts[number] : block.starts[number + 1]] = False
    edges = np.flatnonzero(wordy[1:] != wordy[:-1]) + 1
    start, end = edges[::2], edges[1::2]
    counts = np.diff(np.searchsorted(start, block.starts))
    row = np.repeat(rows, counts)
    tag = block.folded[start - 1] == ord("#")
    yield _Spans(data, start, end - start, row, tag, np.zeros(len(start), np.uint8))
    if len(careful):
        yield _careful([(int(rows[n]), token_keys(texts[n])) for n in careful.tolist()])


def _without_addresses(
    texts: Sequence[str], block: Block, data: bytes, wordy: Flags, special: Flags
) -> None:
    """Blank out the addresses of plain ASCII texts; other texts that may hold one need more care."""
    for sign, back in ((b"://", 5), (b"www.", 1)):
        at = data.find(sign)
        while at >= 0:
            number = int(np.searchsorted(block.starts, at, "right")) - 1
            if not texts[number].isascii():
                special[number] = True
            elif sign == b"www.":
                if not WORDY[data[at - 1]] and data[at - 1] != ord("@") and data[at + 4] != 32:
                    wordy[at : data.find(b" ", at)] = False
            else:
                start = at - (back if data.endswith(b"https", 0, at) else back - 1)
                if data.startswith(b"http", start) and data[at + 3] != 32:
                    wordy[start : data.find(b" ", at)] = False
            at = data.find(sign, at + len(sign))


def _careful(rows: Sequence[tuple[int, list[tuple[str, str]]]]) -> _Spans:
    keys = [
        (SIGN[kind] + key).encode("utf-8", "surrogatepass")
        for _, tokens in rows
        for kind, key in tokens
    ]
    numbers = np.repeat([number for number, _ in rows], [len(tokens) for _, tokens in rows])
    kind = np.array([KIND[kind] for _, tokens in rows for kind, _ in tokens], np.uint8)
    length = np.fromiter(map(len, keys), np.int64, len(keys))
    return _Spans(
        b"".join(keys), np.cumsum(length) - length, length, numbers,
        kind == ord("h"), kind,
    )  # fmt: skip


def _hashes(piece: _Spans) -> Hashes:
    """64 bits of each stretch of bytes, eight bytes at a time."""
    padded = piece.data + bytes(8)
    eights: Hashes = np.ndarray((len(padded) - 7,), "<u8", padded, strides=(1,))
    found: Hashes = piece.length.astype(np.uint64) * ODDS[3]
    left, at, which = piece.length, piece.start, np.arange(len(found))
    turn = 0
    while len(which):
        part = eights[at] & KEPT[np.minimum(left, 8)]
        mixed: Hashes = (found[which] ^ part) * ODDS[turn % 3]
        found[which] = mixed ^ (mixed >> np.uint64(29))
        more = left > 8
        left, at, which, turn = left[more] - 8, at[more] + 8, which[more], turn + 1
    return found


def _vocabulary(pieces: Sequence[_Spans]) -> tuple[Numbers, list[str]]:
    """(number of the word of each token, the words in order)."""
    hashes: Hashes = _joined([_hashes(piece) for piece in pieces], np.uint64)
    slots, places = _slots(hashes)
    ends = np.cumsum([len(piece.start) for piece in pieces])
    names = []
    within = np.searchsorted(ends, places, "right")
    for place, which in zip(places.tolist(), within.tolist(), strict=True):
        piece = pieces[which]
        at = place - (int(ends[which - 1]) if which else 0)
        start = int(piece.start[at])
        names.append(
            piece.data[start : start + int(piece.length[at])].decode("utf-8", "surrogatepass")
        )
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names))
    return rank[slots], [names[n] for n in order]


def _slots(hashes: Hashes) -> tuple[Numbers, Numbers]:
    """(a dense number per distinct hash for each token, a token of each number).

    By a table of a million buckets; the few hashes whose bucket another took are sorted out apart.
    """
    bucket = (hashes >> np.uint64(44)).astype(np.int64)
    holder = np.zeros(1 << 20, np.int64)
    holder[bucket] = np.arange(len(hashes))
    kept = hashes[holder[bucket]] == hashes
    used = np.zeros(1 << 20, bool)
    used[bucket[kept]] = True
    number = np.cumsum(used) - 1
    slots = number[bucket]
    places = holder[used]
    crowded = np.flatnonzero(~kept)
    others, again = np.unique(hashes[crowded], return_inverse=True)
    more = np.empty(len(others), np.int64)
    more[again] = crowded
    slots[crowded] = len(places) + again
    return slots, np.concatenate((places, more))
