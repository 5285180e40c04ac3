"""The cheap pass over the tokens: which operators and brackets do not fit, and what to write.

First the brackets are matched, so that each group is a flat row of items; then every row is read
once from left to right. What passes here is what the grammar takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from query.errors import Problem, Problems
from query.rewrites import both_rewrites, bracketed, subtracted
from query.tokens import AND, CLOSE, LEAF, NEAR, NOT, OPEN, OR, UNKNOWN, Row, Token

MOST_TERMS = 1_000
MOST_DEPTH = 50
SAYS = {AND: "AND", OR: "OR", NOT: "NOT", NEAR: "NEAR"}
BINARY = (AND, OR, NEAR)


@dataclass
class Checked:
    errors: Problems = field(default_factory=Problems)
    warnings: Problems = field(default_factory=Problems)


def check_structure(text: str, tokens: Sequence[Token]) -> Checked:
    """Every structural problem; when there is none, the grammar takes the tokens."""
    found = Checked()
    found.errors.extend(_limits(tokens))
    rows = _rows(text, tokens, found)
    for row in rows:
        _Reader(text, row, found).read()
    return found


def _limits(tokens: Sequence[Token]) -> Iterator[Problem]:
    leaves = [token for token in tokens if token.kind == LEAF]
    if len(leaves) > MOST_TERMS:
        yield Problem(
            "too-big", leaves[MOST_TERMS].start, 1,
            f"De zoekopdracht heeft {len(leaves)} termen; het meeste is {MOST_TERMS}.",
            "Verdeel de zoekopdracht.",
        )  # fmt: skip
    depth = 0
    for token in tokens:
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        if depth > MOST_DEPTH:
            yield Problem(
                "too-big", token.start, 1,
                f"De haakjes staan dieper dan {MOST_DEPTH} in elkaar.", "Haal haakjes weg.",
            )  # fmt: skip
            return


def _rows(text: str, tokens: Sequence[Token], found: Checked) -> list[Row]:
    """One row per group; in the row around it the group is a single item."""
    rows = [Row(0, len(text))]
    open_rows = [rows[0]]
    for token in tokens:
        if token.kind == OPEN:
            inner = Row(token.end, len(text), bracket=token)
            rows.append(inner)
            open_rows.append(inner)
        elif token.kind != CLOSE:
            open_rows[-1].items.append(token)
        elif len(open_rows) == 1:
            found.errors.append(
                Problem(
                    "paren-close", token.start, 1, "Dit haakje sluit niets.", "Haal het weg.",
                    text[: token.start] + text[token.end :],
                )
            )  # fmt: skip
            rows[0].whole = False
        else:
            done = open_rows.pop()
            done.end, done.closed = token.start, True
            _close(open_rows[-1], done, token, found)
    for outer, row in pairwise(open_rows):
        outer.items.append(Token(LEAF, row.start - 1, row.end))
    for row in open_rows:
        row.whole = row.whole and len(open_rows) == 1
    closed = text.rstrip() + ")" * (len(open_rows) - 1)
    found.errors.extend(
        Problem("paren-open", row.start - 1, 1, "Dit haakje wordt nergens gesloten.",
                "Zet er een ) achter.", closed)
        for row in open_rows[1:]
    )  # fmt: skip
    return rows


def _close(outer: Row, done: Row, closing: Token, found: Checked) -> None:
    start = done.start - 1
    outer.items.append(Token(LEAF, start, closing.end))
    if not done.items:
        found.errors.append(
            Problem(
                "empty-group", start, closing.end - start, "Tussen deze haakjes staat niets.",
                "Zet er een term tussen, of haal ze weg.",
            )
        )  # fmt: skip


class _Reader:
    """Reads one row; `trailing` is the NOT that subtracts from the whole group before it."""

    def __init__(self, text: str, row: Row, found: Checked) -> None:
        self._text = text
        self._row = row
        self._found = found
        self._trailing: Token | None = None
        self._and_seen = self._or_seen = self._mixed_up = False

    def read(self) -> None:
        items = self._row.items
        for number, item in enumerate(items):
            before = items[number - 1].kind if number else None
            if item.kind == LEAF:
                self._operand(number, item, before)
            elif item.kind == NOT:
                self._not(number, item, before)
            elif item.kind in BINARY:
                self._binary(number, item, before)
        self._end(items)

    def _operand(self, number: int, item: Token, before: str | None) -> None:
        if before != LEAF:
            return
        if self._trailing is not None:
            self._after_not(number, item)
            return
        self._and_seen = True
        blank = "" if self._text[item.start - 1].isspace() else " "
        self._found.warnings.append(
            Problem(
                "adjacency", item.start, item.end - item.start,
                "Tussen deze twee termen staat niets; dat telt als AND.", "Schrijf AND, of OR.",
                f"{self._text[: item.start]}{blank}AND {self._text[item.start :]}",
            )
        )  # fmt: skip

    def _binary(self, number: int, item: Token, before: str | None) -> None:
        if before != LEAF:
            if before != UNKNOWN and len(self._row.items) > 1:
                self._missing(item, "Voor", "voor")
            return
        if item.kind == NEAR:
            self._near(number, item)
        elif self._trailing is not None:
            self._after_not(number, item)
        else:
            self._and_seen |= item.kind == AND
            self._or_seen |= item.kind == OR

    def _near(self, number: int, item: Token) -> None:
        items = self._row.items
        if number >= 2 and items[number - 2].kind == NOT:
            self._not_mix(
                item, "NOT en NEAR staan hier naast elkaar; het is niet duidelijk wat eerst gaat.",
                "Zet haakjes: a NOT (b NEAR/2 c).",
            )  # fmt: skip
        elif number >= 2 and items[number - 2].kind == NEAR:
            middle = items[number - 1]
            shown = self._text[middle.start : middle.end]
            self._found.errors.append(
                Problem(
                    "near-operand", item.start, item.end - item.start,
                    "NEAR na NEAR kan niet.", "Schrijf a NEAR/2 b AND b NEAR/2 c.",
                    f"{self._text[: item.start]}AND {shown} {self._text[item.start :]}",
                )
            )  # fmt: skip

    def _not(self, number: int, item: Token, before: str | None) -> None:
        if before == NOT:
            self._not_mix(item, "Twee keer NOT achter elkaar kan niet.", "Haal beide NOT weg.")
        elif before in (OR, NEAR):
            self._not_mix(
                item, f"{SAYS[before]} NOT betekent bijna altijd iets anders dan bedoeld.",
                "Zet wat niet mag achteraan: (a OR b) NOT c.",
            )  # fmt: skip
        elif before is None and len(self._row.items) > 1:
            doubled = self._row.items[1:2] and self._row.items[1].kind == NOT
            if not doubled and not self._only_negative():
                self._not_mix(
                    item, "Een groep begint niet met NOT.", "Zet wat niet mag achteraan: a NOT b."
                )
        elif before == LEAF and self._trailing is None:
            self._trailing = item
            if self._or_seen:
                self._warn_trailing(item)

    def _warn_trailing(self, item: Token) -> None:
        fix = bracketed(self._text, self._row, item)
        self._found.warnings.append(
            Problem(
                "trailing-not", item.start, 3,
                "NOT haalt hier af van alles wat ervoor staat, ook van wat voor OR staat.",
                "Bedoelt u dat? Schrijf dan (a OR b) NOT c. Anders: a OR (b NOT c).", fix,
            )
        )  # fmt: skip

    def _only_negative(self) -> bool:
        """Every term of the row has a NOT right before it, and nothing joins them."""
        kinds = "".join(item.kind for item in self._row.items)
        return not kinds.replace(NOT + LEAF, "")

    def _after_not(self, number: int, item: Token) -> None:
        """`a NOT b OR c` means four things in four engines: an error, with both rewrites."""
        if self._mixed_up:
            return
        self._mixed_up = True
        first, second = both_rewrites(self._text, self._row, number)
        hint = f"Schrijf {first}, of {second}." if first and second else (
            "Schrijf (a NOT b) OR c, of (a OR c) NOT b."
        )  # fmt: skip
        if second and not first:
            hint = f"Schrijf {second}."
        better = first or second
        fix = None if better is None else self._replaced(better)
        self._found.errors.append(
            Problem(
                "not-mix", item.start, item.end - item.start,
                "Na NOT kan in dezelfde groep alleen nog NOT komen.", hint, fix,
            )
        )  # fmt: skip

    def _not_mix(self, item: Token, message: str, hint: str) -> None:
        if self._mixed_up:
            return
        self._mixed_up = True
        better = subtracted(self._text, self._row)
        if better is not None:
            hint = f"Schrijf {better}."
        fix = None if better is None else self._replaced(better)
        self._found.errors.append(
            Problem("not-mix", item.start, item.end - item.start, message, hint, fix)
        )

    def _replaced(self, better: str) -> str:
        return self._text[: self._row.start] + better + self._text[self._row.end :]

    def _missing(self, item: Token, where: str, there: str) -> None:
        self._found.errors.append(
            Problem(
                "operand", item.start, item.end - item.start,
                f"{where} {SAYS[item.kind]} ontbreekt een term.",
                f"Zet er een term {there}, of haal {SAYS[item.kind]} weg.",
                f"{self._text[: item.start].rstrip()} {self._text[item.end :].lstrip()}".strip(),
            )
        )  # fmt: skip

    def _end(self, items: list[Token]) -> None:
        if not items:
            return
        last = items[-1]
        if last.kind in SAYS:
            self._missing(last, "Na", "achter")
        if self._and_seen and self._or_seen:
            start, end = items[0].start, last.end
            self._found.warnings.append(
                Problem(
                    "mixed", start, end - start, "AND en OR staan door elkaar; AND gaat voor.",
                    "Zet haakjes om wat bij elkaar hoort.", bracketed(self._text, self._row, None),
                )
            )  # fmt: skip
