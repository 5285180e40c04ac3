"""Standing queries: many compiled queries held against each new post at once (query-language.md §4.1).

Clues and groups are shared between queries; the rarest group of a query is its gate. A batch is
folded into a block, one scan finds the clues that show, and only queries whose gate and other groups
showed are given to the plain evaluator, which decides. An engine is a value: adding, replacing or
removing a query makes another engine, and whoever holds the old one is not disturbed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from query.block import Block, ascii_apart, fold_block
from query.document import Document
from query.matcher import CompiledQuery, Finder, Verdict
from query.memo import Memo
from query.plan import Plan
from query.prepared import prepare
from query.scanning import Scanner, available

Key = TypeVar("Key", bound=Hashable)
#: Texts folded and scanned together; a smaller batch than the first is not worth a block.
SMALLEST, LARGEST = 16, 2_048
#: Removed and replaced queries, beside the standing ones, before an engine is made afresh.
MOST_STALE = 64


@dataclass
class Tally:
    """How many posts each path decided, and how often the evaluator was asked; only ever grows."""

    scanned: int = 0
    by_token: int = 0
    evaluated: int = 0
    matched: int = 0


@dataclass(frozen=True)
class Engine(Generic[Key]):
    """An immutable set of standing queries by key; `build` makes one.

    `fast` False keeps to pure Python; the results are the same. `tally` goes along to the engines
    made from this one.
    """

    queries: Mapping[Key, CompiledQuery]
    plan: Plan[Key] = field(repr=False, compare=False)
    scanner: Scanner | None = field(repr=False, compare=False)
    tally: Tally = field(default_factory=Tally, compare=False)

    @classmethod
    def build(
        cls, queries: Mapping[Key, CompiledQuery], *, fast: bool | None = None
    ) -> Engine[Key]:
        """An engine of these queries; `fast` None takes hyperscan where it is installed."""
        plan: Plan[Key] = Plan()
        plan.extend(queries)
        quick = available() if fast is None else fast and available()
        return cls(dict(queries), plan, Scanner(plan.clues) if quick else None)

    @property
    def fast(self) -> bool:
        """Does it scan blocks with hyperscan."""
        return self.scanner is not None

    def with_query(self, key: Key, query: CompiledQuery) -> Engine[Key]:
        """Another engine, with this query added or replaced; only its new clues are compiled."""
        queries = {**self.queries, key: query}
        if self.plan.stale > MOST_STALE + len(queries):
            fresh = Engine.build(queries, fast=self.fast)
            return Engine(queries, fresh.plan, fresh.scanner, self.tally)
        plan = self.plan.copy()
        plan.discard(key)
        plan.extend({key: query})
        scanner = None if self.scanner is None else self.scanner.extended(plan.clues)
        return Engine(queries, plan, scanner, self.tally)

    def without(self, key: Key) -> Engine[Key]:
        """Another engine, without this query; raises KeyError when there is none."""
        left = dict(self.queries)
        del left[key]
        plan = self.plan.copy()
        plan.discard(key)
        return Engine(left, plan, self.scanner, self.tally)

    def match(self, documents: Sequence[Document]) -> list[dict[Key, Verdict]]:
        """Per document the queries that match it, with their spans."""
        found: list[dict[Key, Verdict]] = [{} for _ in documents]
        for number, finder, keys in self._decided(documents):
            for key in keys:
                query = self.queries[key]
                found[number][key] = finder.verdict(query.tree, query.written)
        return found

    def hits(self, documents: Sequence[Document]) -> list[tuple[Key, ...]]:
        """Per document the keys of the queries that match it; the same decision without spans."""
        found: list[tuple[Key, ...]] = [()] * len(documents)
        for number, _, keys in self._decided(documents):
            found[number] = tuple(keys)
        return found

    def _decided(self, documents: Sequence[Document]) -> Iterable[tuple[int, Finder, list[Key]]]:
        """(number of the document, what was read of it, the keys that match); only with keys."""
        for start in range(0, len(documents), LARGEST):
            for number, finder, asked in self._asked(documents[start : start + LARGEST]):
                keys = [key for key in asked if finder.holds(self.queries[key].tree)]
                self.tally.evaluated += len(asked)
                self.tally.matched += len(keys)
                if keys:
                    yield start + number, finder, keys

    def _asked(self, batch: Sequence[Document]) -> Iterable[tuple[int, Finder, list[Key]]]:
        """The documents of a batch that need the evaluator, with the queries to ask."""
        if self.scanner is None or len(batch) < SMALLEST:
            yield from self._by_token(batch, range(len(batch)))
            return
        texts = [f"{one.title}\n{one.text}" if one.title else one.text for one in batch]
        for numbers in ascii_apart(texts):
            if not numbers:
                continue
            block = fold_block([texts[number] for number in numbers])
            odd = block.odd.nonzero()[0].tolist()
            self.tally.scanned += len(numbers) - len(odd)
            yield from self._by_token(batch, [numbers[place] for place in odd])
            for place, clues in self._shown(self.scanner, block, odd).items():
                asked = self.plan.asked(clues)
                if asked:
                    yield numbers[place], Finder(prepare(batch[numbers[place]])), asked

    def _shown(self, scanner: Scanner, block: Block, odd: Iterable[int]) -> dict[int, set[int]]:
        """The clues of each text that has any; of each text when some query needs none."""
        shown: dict[int, set[int]] = {}
        if self.plan.always:
            shown = {place: set() for place in range(len(block.odd))}
        for place, clue in scanner.find(block):
            shown.setdefault(place, set()).add(clue)
        for place in odd:
            shown.pop(place, None)
        return shown

    def _by_token(
        self, batch: Sequence[Document], numbers: Iterable[int]
    ) -> Iterable[tuple[int, Finder, list[Key]]]:
        for number in numbers:
            self.tally.by_token += 1
            asked = self.plan.asked(self._memo.find(batch[number]))
            if asked:
                yield number, Finder(prepare(batch[number])), asked

    @cached_property
    def _memo(self) -> Memo:
        return Memo(self.plan.clues)
