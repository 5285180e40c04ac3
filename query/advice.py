"""Lint: what in a query probably does not do what its author meant (query-language.md §3).

Nothing here refuses a query. Where posts are given, each advice carries a count from them; advice that
only posts can give (a term that never hits, a NOT that removes nothing) is left out without them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from query import ast, doubts
from query.archive import Archive
from query.compiling import check
from query.document import Document
from query.enclosed import placeholder_of
from query.matcher import CompiledQuery, positive
from query.placeholders import leaves
from query.printer import text_of
from query.segment import Segment
from query.subsume import without_subsumed
from query.targets import exports

#: From so many posts on, "never hits" and "too broad" say something.
FEWEST_POSTS = 100
#: A leaf in more than this share of all posts narrows nothing.
BROAD = 0.2
#: A mayor holds a public function; whoever else is named is looked at.
MAYOR = "naam burgemeester"
OPERATORS = ("lower-operator", "dutch-operator")


@dataclass(frozen=True, slots=True)
class Advice:
    """Offsets in code points of the query as typed; `count`: posts it is about, None without posts."""

    code: str
    offset: int
    length: int
    message: str
    hint: str = ""
    fix: str | None = None
    count: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code, "offset": self.offset, "length": self.length, "message": self.message,
            "hint": self.hint, "fix": self.fix, "count": self.count,
        }  # fmt: skip


def lint(
    query: CompiledQuery,
    posts: Archive | Segment | Iterable[Document] = (),
    public: Collection[str] = (),
) -> list[Advice]:
    """All advice, lowest offset first.

    `posts`: stored posts to count in. `public`: folded account names and names of persons on the
    dossier's lists, which are not flagged.
    """
    found = _Lint(query, _archive(posts), frozenset(public))
    return sorted(dict.fromkeys(found.all()), key=lambda one: (one.offset, one.length, one.code))


def _archive(posts: Archive | Segment | Iterable[Document]) -> Archive:
    if isinstance(posts, Archive):
        return posts
    return Archive((posts,)) if isinstance(posts, Segment) else Archive.build(posts)


class _Lint:
    def __init__(self, query: CompiledQuery, posts: Archive, public: frozenset[str]) -> None:
        self._query, self._posts, self._public = query, posts, public
        self._text, self._tree = query.text, query.tree
        self._idle: dict[ast.Span, list[str]] = {}

    def all(self) -> Iterator[Advice]:
        yield from self._operators()
        for leaf in dict.fromkeys(positive(self._tree)):
            yield from self._leaf(leaf)
        yield from self._idle_values()
        for leaf in dict.fromkeys(leaves(self._tree)):
            yield from self._person(leaf)
        yield from self._pairs()
        for group in _groups(self._tree):
            yield from self._subsumed(group)
            yield from self._gaps(group)
        yield from self._contradictions(self._tree)
        yield from self._removed()
        yield from self._whole()
        yield from self._sources()

    # --- one term --------------------------------------------------------------------------------

    def _leaf(self, leaf: ast.Node) -> Iterator[Advice]:
        name, count = self._query.written(leaf), self._count(leaf)
        if isinstance(leaf, ast.Word):
            typed = self._typed(leaf)
            if doubts.is_ordinary(leaf.text):
                exact = "{" + leaf.text.capitalize() + "}"
                yield self._advice(
                    "ordinary-place", leaf, f"{name} is ook een gewoon woord.",
                    f"Schrijf {exact}, of zet er met NEAR een onderwerp naast.",
                    self._with(leaf, exact), count,
                )  # fmt: skip
            if 2 <= len(typed) <= 4 and typed.isalpha() and typed.isupper():
                yield self._advice(
                    "short-capitals", leaf, f"{typed} vindt ook {typed.lower()} in kleine letters.",
                    f"Schrijf {{{typed}}} om alleen de hoofdletters te vinden.",
                    self._with(leaf, f"{{{typed}}}"), count,
                )  # fmt: skip
        if count == 0 and self._enough() and placeholder_of(self._typed(leaf)):
            self._idle.setdefault(leaf.span, []).append(name)
        elif count == 0 and self._enough():
            yield self._advice(
                "never-hits", leaf, f"{name} komt in {len(self._posts)} berichten niet voor.",
                "Controleer de spelling, of haal de term weg.", self._without(leaf), 0,
            )  # fmt: skip
        elif count is not None and self._enough() and count > BROAD * len(self._posts):
            yield self._advice(
                "too-broad", leaf, f"{name} staat in {count} van {len(self._posts)} berichten.",
                "Neem een langere term, of een woordgroep.", None, count,
            )  # fmt: skip

    def _idle_values(self) -> Iterator[Advice]:
        """The values of one placeholder that never hit are told together."""
        for (start, end), names in self._idle.items():
            shown = ", ".join(names[:5]) + (f" en {len(names) - 5} andere" if names[5:] else "")
            yield Advice(
                "never-hits", start, end - start,
                f"Van {self._text[start:end]} komt niet voor in {len(self._posts)} berichten: {shown}.",
                "Controleer de spelling van de waarden.", None, 0,
            )  # fmt: skip

    def _person(self, leaf: ast.Node) -> Iterator[Advice]:
        """A private person or handle needs a written reason and a second person (trust.md P2)."""
        typed = self._typed(leaf)
        given = typed.startswith(("<", "&lt;"))
        if isinstance(leaf, ast.Handle) and not given and leaf.name not in self._public:
            yield self._advice(
                "private-handle", leaf, f"@{leaf.name} staat op geen lijst van dit dossier.",
                "Zoek naar het onderwerp; of zet het account met een reden op een lijst.",
                self._without(leaf), self._count(leaf),
            )  # fmt: skip
        words = () if placeholder_of(typed) == MAYOR else doubts.words_of(leaf)
        if words and doubts.looks_like_person(words) and " ".join(words) not in self._public:
            yield self._person_advice(leaf)

    def _pairs(self) -> Iterator[Advice]:
        """A first name near a surname is a person too."""
        for node in positive(self._tree):
            if isinstance(node, ast.Near) and doubts.near_person(node):
                yield self._person_advice(node)

    def _person_advice(self, node: ast.Node) -> Advice:
        return self._advice(
            "private-person", node, f"{text_of(node)} lijkt de naam van een persoon.",
            "Een particulier volgen mag niet zonder reden en een tweede persoon; "
            "is het een publieke functie, zet de functie erbij.",
            self._without(node), self._count(node),
        )  # fmt: skip

    # --- groups ----------------------------------------------------------------------------------

    def _subsumed(self, group: ast.Or) -> Iterator[Advice]:
        kept = set(without_subsumed(list(dict.fromkeys(group.parts))))
        seen: set[ast.Node] = set()
        for part in group.parts:
            name = self._query.written(part)
            if part in seen:
                message = f"{name} staat er twee keer."
            elif part not in kept:
                message = f"{name} wordt al gevonden door een andere term."
            else:
                seen.add(part)
                continue
            seen.add(part)
            yield self._advice(
                "subsumed", part, message, "Haal de term weg.", self._without(part),
                self._count(part),
            )  # fmt: skip

    def _gaps(self, group: ast.Or) -> Iterator[Advice]:
        """`opvang*` does not find noodopvang; told only where posts hold such words, if given."""
        for part in group.parts:
            wider = doubts.wider(part)
            if wider is None or wider in group.parts:
                continue
            gap = self._count(ast.And((wider,), (group,)))
            if gap or (gap is None and len(wider.pattern) - 2 <= doubts.LONGEST_GUESS):
                yield self._advice(
                    "compound-gap", part,
                    f"{self._query.written(part)} vindt geen samenstellingen die erop eindigen.",
                    f"Schrijf {wider.pattern}.", self._with(part, wider.pattern), gap,
                )  # fmt: skip

    def _contradictions(self, node: ast.Node) -> Iterator[Advice]:
        """A group of which every term is taken off again by a NOT beside it."""
        if isinstance(node, ast.And):
            taken = [term for part in node.without for term in _alternatives(part)]
            for part in node.parts if taken else ():
                wanted = without_subsumed(list(dict.fromkeys(_alternatives(part))))
                left = set(without_subsumed([*taken, *wanted])) - set(taken)
                if wanted and left.isdisjoint(wanted):
                    yield self._advice(
                        "contradiction", part,
                        "Wat hier gevraagd wordt, haalt NOT er weer af: dit vindt niets.",
                        "Haal de term weg achter NOT.", None, self._count(part),
                    )  # fmt: skip
        for inner in _inner(node):
            yield from self._contradictions(inner)

    def _removed(self) -> Iterator[Advice]:
        if not self._enough() or not isinstance(self._tree, ast.And):
            return
        terms = [term for part in self._tree.without for term in _alternatives(part)]
        removals = self._posts.preview(self._query, 0, details=True).removed
        for term, removal in zip(terms, removals, strict=True):
            if removal.posts:
                yield self._advice(
                    "removed", term, f"NOT {removal.leaf} haalt {removal.posts} berichten weg.",
                    f"{removal.alone} daarvan haalt geen andere NOT weg.", None, removal.posts,
                )  # fmt: skip
            else:
                yield self._advice(
                    "idle-not", term, f"NOT {removal.leaf} haalt niets weg.",
                    "Haal de term weg als dat zo blijft.", self._without(term), 0,
                )  # fmt: skip

    # --- the whole -------------------------------------------------------------------------------

    def _whole(self) -> Iterator[Advice]:
        count = self._count(self._tree)
        if count is None or not self._enough():
            return
        about = (0, len(self._text))
        if count == 0:
            yield Advice("never-hits", *about, "De zoekopdracht vindt in de bewaarde berichten niets.",
                         "Bekijk per groep wat er wel gevonden wordt.", None, 0)  # fmt: skip
        elif count > BROAD * len(self._posts):
            yield Advice("too-broad", *about, f"De zoekopdracht vindt {count} van {len(self._posts)} berichten.",
                         "Voeg een plaats of een onderwerp toe.", None, count)  # fmt: skip

    def _operators(self) -> Iterator[Advice]:
        for warning in check(self._text).warnings if self._text else ():
            if warning.code in OPERATORS:
                word = self._text[warning.offset : warning.offset + warning.length]
                yield Advice(
                    warning.code, warning.offset, warning.length, warning.message, warning.hint,
                    warning.fix, self._count(ast.Word(word.casefold())),
                )  # fmt: skip

    def _sources(self) -> Iterator[Advice]:
        """What the search of each platform could not run of it."""
        for target in exports(self._query):
            missed = [loss.message for loss in target.losses if loss.kind == "missed"]
            if missed:
                told = "; ".join(missed[:3]) + (
                    f"; en {len(missed) - 3} meer" if missed[3:] else ""
                )
                yield Advice(
                    "source-search", 0, len(self._text),
                    f"De zoekfunctie van {target.title} kan dit niet helemaal: {told}",
                    "Klankbord zoekt zelf in wat binnenkomt; dit geldt alleen voor zoeken bij de bron.",
                )  # fmt: skip

    # --- small change ----------------------------------------------------------------------------

    def _enough(self) -> bool:
        return len(self._posts) >= FEWEST_POSTS

    def _count(self, node: ast.Node) -> int | None:
        return self._posts.count(node) if len(self._posts) else None

    def _typed(self, node: ast.Node) -> str:
        return self._text[node.span[0] : node.span[1]]

    def _with(self, node: ast.Node, other: str) -> str | None:
        """The text with another term in its place; not for the value of a placeholder."""
        if not self._typed(node) or self._typed(node).startswith(("<", "&lt;")):
            return None
        return self._text[: node.span[0]] + other + self._text[node.span[1] :]

    def _without(self, node: ast.Node) -> str | None:
        """The text without a term and the OR that joined it; None where that is no query."""
        if self._with(node, "") is None:
            return None
        better = doubts.removed(self._text, *node.span)
        return better if better is not None and check(better).errors == [] else None

    def _advice(
        self, code: str, node: ast.Node, message: str, hint: str, fix: str | None, count: int | None
    ) -> Advice:
        start, end = node.span
        return Advice(code, start, end - start, message, hint, fix, count)


def _inner(node: ast.Node) -> tuple[ast.Node, ...]:
    match node:
        case ast.And(parts=parts, without=without):
            return (*parts, *without)
        case ast.Or(parts=parts):
            return parts
    return ()


def _groups(node: ast.Node) -> Iterator[ast.Or]:
    """OR groups; a lone leaf that is asked counts as a group of one."""
    match node:
        case ast.Or(parts=parts):
            yield node
            for part in parts:
                if not isinstance(part, ast.LEAVES):
                    yield from _groups(part)
        case ast.And(parts=parts):
            for part in parts:
                yield from _groups(part)
        case ast.Wildcard():
            yield ast.Or((node,), node.span)


def _alternatives(node: ast.Node) -> list[ast.Node]:
    return (
        [one for part in node.parts for one in _alternatives(part)]
        if isinstance(node, ast.Or)
        else [node]
    )
