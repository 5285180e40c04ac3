"""Placeholders: find them, fill them with the dossier's values, say which are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from query import ast
from query.enclosed import STANDARD, name_key, placeholder_name
from query.errors import Problem, QueryError, QueryTooLarge, raise_for
from query.terms import leaf_of
from query.text import mention_key, tokenize

ALWAYS_MENTION = "twitteraccount gemeente"
MOST_LEAVES = 20_000

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Given:
    """The dossier's values by the key of their name: as typed, and as leaves."""

    names: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]]

    leaves: dict[tuple[bool, str], ast.Leaf | None] = field(default_factory=dict)

    def of(self, leaf: ast.Placeholder) -> tuple[str, ...]:
        return self.values.get(name_key(leaf.name), ())

    def leaf(self, name: str, value: str) -> ast.Leaf | None:
        """The leaf of a value, made once."""
        key = (name == ALWAYS_MENTION, value)
        if key not in self.leaves:
            self.leaves[key] = leaf_for(name, value)
        return self.leaves[key]


def find(node: ast.Node) -> list[ast.Placeholder]:
    """Every placeholder in the tree, in the order of the text."""
    return sorted(
        (leaf for leaf in leaves(node) if isinstance(leaf, ast.Placeholder)),
        key=lambda leaf: leaf.span,
    )


def leaves(node: ast.Node) -> list[ast.Leaf]:
    """Every leaf of a tree, the subtracted ones too."""
    match node:
        case ast.And(parts=parts, without=without):
            return [leaf for part in (*parts, *without) for leaf in leaves(part)]
        case ast.Or(parts=parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case ast.Near(left=left, right=right):
            return leaves(left) + leaves(right)
    return [node]


def names(node: ast.Node) -> list[str]:
    """The names of the placeholders, each once, in the order of the text."""
    return list(dict.fromkeys(leaf.name for leaf in find(node)))


def given(values: Values) -> Given:
    """Values by name, without blank ones, each once."""
    spelled: dict[str, str] = {}
    found: dict[str, dict[str, None]] = {}
    for name, several in values.items():
        spelled.setdefault(name_key(name), placeholder_name(name))
        place = found.setdefault(name_key(name), {})
        place.update((" ".join(value.split()), None) for value in several if value.strip())
    return Given(spelled, {key: tuple(several) for key, several in found.items()})


def check_names(node: ast.Node, values: Values | None, text: str = "") -> list[Problem]:
    """Unknown names with the nearest known one; when values are given, what is wrong with them.

    With the `text` as typed, what can be mended has a fix.
    """
    return _check_names(node, given(values or {}), text, filled=values is not None)


def _check_names(node: ast.Node, have: Given, text: str, *, filled: bool) -> list[Problem]:
    known = {name_key(name): name for name in STANDARD} | dict(have.names)
    problems: list[Problem] = []
    for leaf in find(node):
        if name_key(leaf.name) not in known:
            problems.append(_unknown(leaf, list(known.values()), text))
        elif filled:
            problems.extend(_value_problems(leaf, have, text))
    return problems


def _respelled(text: str, leaf: ast.Placeholder, name: str) -> str | None:
    """The text with another name in the place of this one; only where it stands in the text."""
    start, end = leaf.span
    return f"{text[:start]}<{name}>{text[end:]}" if text[start:end] else None


def _unknown(leaf: ast.Placeholder, known: list[str], text: str) -> Problem:
    near = get_close_matches(leaf.name, known, 1)
    hint = f"Bedoelt u <{near[0]}>?" if near else f"Bekend zijn: {', '.join(known)}."
    return Problem(
        "placeholder-unknown", leaf.span[0], leaf.span[1] - leaf.span[0],
        f"De plaatshouder <{leaf.name}> is onbekend.", hint,
        _respelled(text, leaf, near[0] + ("?" if leaf.optional else "")) if near else None,
    )  # fmt: skip


def _value_problems(leaf: ast.Placeholder, have: Given, text: str) -> list[Problem]:
    values = have.of(leaf)
    wrong = [value for value in values if have.leaf(leaf.name, value) is None]
    if wrong:
        kind = "geen account" if leaf.name == ALWAYS_MENTION else "niets om te zoeken"
        message = f"Een waarde van <{leaf.name}> is {kind}: {wrong[0][:60]}"
        return [_empty(leaf, f"{message}.", "Verbeter de waarde, of haal haar weg.")]
    if values or leaf.optional:
        return []
    hint = f"Vul een waarde in, of schrijf <{leaf.name}?> als hij leeg mag blijven."
    fix = _respelled(text, leaf, f"{leaf.name}?")
    return [_empty(leaf, f"De plaatshouder <{leaf.name}> heeft geen waarden.", hint, fix)]


def _empty(leaf: ast.Placeholder, message: str, hint: str, fix: str | None = None) -> Problem:
    start, end = leaf.span
    return Problem("placeholder-empty", start, end - start, message, hint, fix)


def dropped(node: ast.Node, values: Values) -> list[Problem]:
    """A notice for each `<naam?>` that has no values and is left out."""
    have = given(values)
    return [
        Problem(
            "placeholder-empty", leaf.span[0], leaf.span[1] - leaf.span[0],
            f"De plaatshouder <{leaf.name}?> heeft geen waarden en telt niet mee.",
            "Vul een waarde in als u hem wilt gebruiken.", None, "notice",
        )
        for leaf in find(node)
        if leaf.optional and not have.of(leaf)
    ]  # fmt: skip


def fill(node: ast.Node, values: Values, text: str = "") -> ast.Node:
    """Replace each placeholder by an OR group of its values; `text` as typed is for the fixes.

    Raises `UnknownPlaceholder`, `MissingPlaceholderValue`, `QueryTooLarge`.
    """
    have = given(values)
    _raise_when_too_big(node, have)
    raise_for(_mended(node, _check_names(node, have, text, filled=True), have))
    filled = _filled(node, have)
    if filled is None:
        raise_for([_left_empty(node)])
        raise AssertionError(node)
    return filled


def _mended(node: ast.Node, problems: list[Problem], have: Given) -> list[Problem]:
    """`<naam?>` is offered only where the query still means something without the value."""
    empty = {p.offset for p in problems if p.code == "placeholder-empty" and p.fix is not None}
    if not empty:
        return problems
    try:
        left = _filled(_optional(node, empty), have)
    except QueryError:
        left = None
    return problems if left is not None else [replace(p, fix=None) for p in problems]


def _optional(node: ast.Node, places: set[int]) -> ast.Node:
    match node:
        case ast.Placeholder(span=span) if span[0] in places:
            return replace(node, optional=True)
        case ast.And(parts=parts, without=without):
            return replace(
                node,
                parts=tuple(_optional(part, places) for part in parts),
                without=tuple(_optional(part, places) for part in without),
            )
        case ast.Or(parts=parts):
            return replace(node, parts=tuple(_optional(part, places) for part in parts))
        case ast.Near(left=left, right=right):
            return replace(node, left=_optional(left, places), right=_optional(right, places))
    return node


def _raise_when_too_big(node: ast.Node, have: Given) -> None:
    """Counted before anything is made, so that a huge list is refused at once."""
    count = 0
    for leaf in leaves(node):
        count += len(have.of(leaf)) if isinstance(leaf, ast.Placeholder) else 1
        if count > MOST_LEAVES:
            message = f"Met alle waarden heeft de zoekopdracht meer dan {MOST_LEAVES} termen."
            length = leaf.span[1] - leaf.span[0]
            raise QueryTooLarge(
                [Problem("too-big", leaf.span[0], length, message, "Haal waarden weg.")]
            )


def _left_empty(node: ast.Node) -> Problem:
    return Problem(
        "placeholder-empty", node.span[0], node.span[1] - node.span[0],
        "Zonder waarden blijft van deze groep niets over, en dat mag niet ‘alles’ betekenen.",
        "Geef een van de plaatshouders een waarde.",
    )  # fmt: skip


def _filled(node: ast.Node, have: Given) -> ast.Node | None:
    """None when nothing is left of the node."""
    match node:
        case ast.Placeholder():
            found = _leaves_for(node, have)
            if not found:
                return None
            return found[0] if len(found) == 1 else ast.Or(tuple(found), node.span)
        case ast.Or(parts=parts):
            kept = [part for part in (_filled(one, have) for one in parts) if part is not None]
            if not kept:
                return None
            return kept[0] if len(kept) == 1 else ast.Or(tuple(kept), node.span)
        case ast.And(parts=parts, without=without):
            good = [(one, _filled(one, have)) for one in parts]
            for original, part in good:
                if part is None:
                    raise_for([_left_empty(original)])
            bad = [part for part in (_filled(one, have) for one in without) if part is not None]
            kept = [part for _, part in good if part is not None]
            return ast.And(tuple(kept), tuple(bad), node.span)
        case ast.Near(left=left, right=right):
            first, second = _filled(left, have), _filled(right, have)
            if first is None or second is None:
                raise_for([_left_empty(left if first is None else right)])
                raise AssertionError(node)
            return ast.Near(first, second, node.distance, node.ordered, node.span)
    return node


def _leaves_for(leaf: ast.Placeholder, have: Given) -> list[ast.Leaf]:
    found = (have.leaf(leaf.name, value) for value in have.of(leaf))
    return [replace(one, span=leaf.span) for one in found if one is not None]


def leaf_for(name: str, value: str, span: ast.Span = ast.NOWHERE) -> ast.Leaf | None:
    """A value as a leaf: never query text, so stars, quotes and operators in it are literal.

    None when the value holds nothing to search for, or should be an account and is not.
    """
    if name == ALWAYS_MENTION:
        return _account(value, span)
    tokens = tokenize(value)
    if not tokens:
        return None
    if len(tokens) == 1:
        match tokens[0].kind:
            case "mention":
                return ast.Handle(tokens[0].key, span)
            case "hashtag":
                return ast.Hashtag(tokens[0].key, span)
            case "emoji":
                return ast.Emoji(tokens[0].key, span)
    words = tuple(t.key.partition("@")[0] for t in tokens if t.kind != "emoji")
    return leaf_of(words, span) if words else None


def _account(value: str, span: ast.Span) -> ast.Handle | None:
    """With or without its @, one account and nothing beside it."""
    text = "@" + value.removeprefix("@")
    tokens = tokenize(text)
    whole = len(tokens) == 1 and tokens[0].kind == "mention" and tokens[0].end == len(text)
    return ast.Handle(mention_key(tokens[0].raw), span) if whole else None
