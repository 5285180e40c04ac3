"""The corrected text beside a refused one, built from the words that the user typed."""

from __future__ import annotations

from itertools import pairwise

from query.tokens import AND, LEAF, NEAR, NOT, OR, Row, Token

LONGEST = 400


def subtracted(text: str, row: Row) -> str | None:
    """The row with everything that is not wanted at its end: `a OR NOT b` → `a NOT b`.

    None when nothing wanted is left, or when the row has other faults.
    """
    if not _sound(row):
        return None
    good, bad = _parted(row.items)
    if not good:
        return None
    wanted = _joined(text, good)
    joins = any(item.kind in (AND, OR) for item in good)
    joins = joins or any(a.kind == b.kind == LEAF for a, b in pairwise(good))
    if bad and joins:
        wanted = f"({wanted})"
    return wanted + "".join(f" NOT {_operand(text, items)}" for items in bad)


def both_rewrites(text: str, row: Row, number: int) -> tuple[str | None, str | None]:
    """`a NOT b OR c` as `(a NOT b) OR c` and as `(a OR c) NOT b`; `number` is where it goes on."""
    if not _sound(row):
        return None, None
    before, after = row.items[:number], row.items[number:]
    if any(item.kind == NOT for item in after):
        return None, subtracted(text, row)
    silent = "AND " if after[0].kind == LEAF else ""
    return f"({_joined(text, before)}) {silent}{_joined(text, after)}", subtracted(text, row)


def bracketed(text: str, row: Row, at: Token | None) -> str | None:
    """The whole text with the brackets that the rules imply: what goes before `at`, or the ANDs."""
    if not _sound(row):
        return None
    if at is not None:
        items = row.items[: row.items.index(at)]
        start, end = items[0].start, items[-1].end
        return f"{text[:start]}({text[start:end]}){text[end:]}"
    made, done = [], 0
    for run in _and_runs(row.items):
        start, end = run[0].start, run[-1].end
        made.append(f"{text[done:start]}({text[start:end]})")
        done = end
    return "".join(made) + text[done:]


def _and_runs(items: list[Token]) -> list[list[Token]]:
    """The stretches between ORs (and before a trailing NOT) that hold more than one operand."""
    runs: list[list[Token]] = [[]]
    for number, item in enumerate(items):
        if item.kind == NOT and number and items[number - 1].kind == LEAF:
            break
        if item.kind == OR:
            runs.append([])
        else:
            runs[-1].append(item)
    return [run for run in runs if sum(item.kind == LEAF for item in run) > 1]


def _sound(row: Row) -> bool:
    """Only a row of known operands and operators, each in a place of its own, is rewritten."""
    items = row.items
    if not row.whole or not items or items[-1].end - items[0].start > LONGEST:
        return False
    pairs = pairwise(items)
    return (
        all(item.kind in (LEAF, AND, OR, NOT, NEAR) for item in items)
        and items[-1].kind == LEAF
        and items[0].kind in (LEAF, NOT)
        and not any(b.kind in (AND, OR, NEAR) and a.kind != LEAF for a, b in pairs)
    )


def _parted(items: list[Token]) -> tuple[list[Token], list[list[Token]]]:
    """What is wanted, with its operators, and what each odd number of NOTs takes off."""
    good: list[Token] = []
    bad: list[list[Token]] = []
    at = 0
    while at < len(items):
        if items[at].kind != NOT:
            good.append(items[at])
            at += 1
            continue
        first = at
        while items[at].kind == NOT:
            at += 1
        wide = at + 2 < len(items) and items[at + 1].kind == NEAR and items[at + 2].kind == LEAF
        operand = items[at : at + (3 if wide else 1)]
        at += len(operand)
        if (at - len(operand) - first) % 2 == 0:
            good.extend(operand)
            continue
        bad.append(operand)
        if good and good[-1].kind in (AND, OR, NEAR):
            good.pop()
    while good and good[0].kind in (AND, OR, NEAR):
        good.pop(0)
    return good, bad


def _joined(text: str, items: list[Token]) -> str:
    """The items as typed, with the AND that nobody wrote between two operands."""
    shown = [text[item.start : item.end] for item in items[:1]]
    for before, item in pairwise(items):
        silent = ["AND"] if before.kind == item.kind == LEAF else []
        shown += [*silent, text[item.start : item.end]]
    return " ".join(shown)


def _operand(text: str, items: list[Token]) -> str:
    shown = _joined(text, items)
    return f"({shown})" if len(items) > 1 else shown
