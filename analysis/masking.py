"""Masks what points at a person before a text leaves the house: mentions, mail addresses, numbers."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

MENTION_MASK = "@…"
EMAIL_MASK = "[e-mailadres]"
PHONE_MASK = "[telefoonnummer]"

# Every repeat is bounded or starts once per run, so that hostile text costs linear time.
_PERSONAL = re.compile(
    r"(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    r"|(?P<mention>@(?P<handle>\w+(?:[.-]\w+){0,4}"
    r"(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})?))"
    r"|(?P<phone>(?<![\w.])(?:\+31|0031|0)(?:[ \-.]?\(?\d\)?){8,10}(?!\d))"
)


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked text, and how the offsets of the original moved (code points)."""

    text: str
    cuts: tuple[tuple[int, int, int, int], ...] = ()
    """Per mask: start and end in the original, start and end in `text`, ascending."""

    def moved(self, start: int, end: int) -> tuple[int, int]:
        """Where an original span [start, end) stands now; a span that cuts into a mask takes it whole."""
        return self._moved_start(start), max(self._moved_start(start), self._moved_end(end))

    def _moved_start(self, offset: int) -> int:
        cut = self._cut_before(offset)
        if cut is None:
            return offset
        _, old_end, new_start, new_end = cut
        return new_start if offset < old_end else new_end + offset - old_end

    def _moved_end(self, offset: int) -> int:
        cut = self._cut_before(offset)
        if cut is None:
            return offset
        old_start, old_end, new_start, new_end = cut
        if offset == old_start:
            return new_start
        return new_end if offset <= old_end else new_end + offset - old_end

    def _cut_before(self, offset: int) -> tuple[int, int, int, int] | None:
        at = bisect_right(self.cuts, offset, key=lambda cut: cut[0]) - 1
        return self.cuts[at] if at >= 0 else None


def mask(text: str, allowed: frozenset[str] = frozenset()) -> Masked:
    """Masks mentions, e-mail addresses and Dutch phone numbers (trust.md, purpose limitation).

    `allowed` holds folded handles without @: public accounts that stay readable. A handle with a
    server (`@naam@server.nl`) is allowed by its full form or by the name alone.
    """
    parts: list[str] = []
    cuts: list[tuple[int, int, int, int]] = []
    read = written = 0
    for found in _PERSONAL.finditer(text):
        replacement = _replacement(found, allowed)
        if replacement is None:
            continue
        start, end = found.span()
        parts += [text[read:start], replacement]
        written += start - read
        cuts.append((start, end, written, written + len(replacement)))
        written += len(replacement)
        read = end
    parts.append(text[read:])
    return Masked("".join(parts), tuple(cuts))


def _replacement(found: re.Match[str], allowed: frozenset[str]) -> str | None:
    if found["email"]:
        return EMAIL_MASK
    if found["phone"]:
        return PHONE_MASK
    handle = found["handle"].casefold()
    if handle in allowed or handle.split("@")[0] in allowed:
        return None
    return MENTION_MASK
