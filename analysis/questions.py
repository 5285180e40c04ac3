"""Questions to clusters: near-duplicates together, by theme, factual or political (R9, R13, R31).

Everything is a value: posts in, clusters out, in the same order whatever the order of the posts.
People's merges and splits are applied last and win; they are kept as examples by the caller.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, sqrt

from analysis import scheme
from analysis.lexicon import fold

SAME = 0.55
"""Cosine of character-TF-IDF from which two questions are one; set by hand, not measured."""

EXAMPLES = 3
OTHER = "overig"
SUGGESTED = 3
"""So many questions outside the themes that share a word suggest a theme of their own."""

_SENTENCE = re.compile(r"[^.!?\n]*\?+|[^.!?\n]+[.!]*")
_DROPPED = re.compile(r"https?://\S+|[@#]\w+|[^\w\s?]")
_LONG_WORD = 5


@dataclass(frozen=True, slots=True)
class Question:
    """A post that asks something: its id, its text and the theme the labeller gave."""

    id: str
    text: str
    theme: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions that one answer serves. `examples` are ids; a person writes the paraphrase."""

    theme: str
    political: bool
    ids: tuple[str, ...]
    examples: tuple[str, ...]

    @property
    def n(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that returns among questions without a theme, and the ids that hold it."""

    word: str
    ids: tuple[str, ...]


def cluster(
    questions: Sequence[Question],
    merged: Iterable[tuple[str, str]] = (),
    split: Iterable[tuple[str, str]] = (),
) -> tuple[Cluster, ...]:
    """Clusters, largest first. `merged` and `split` are pairs of ids that people put together or
    took apart; a question asked once is a cluster like any other.
    """
    ordered = sorted(questions, key=lambda q: q.id)
    apart = {frozenset(pair) for pair in split}
    groups = _Groups([q.id for q in ordered])
    by_theme: dict[str, list[Question]] = defaultdict(list)
    for question in ordered:
        by_theme[question.theme].append(question)
    for some in by_theme.values():
        for one, other in _alike([asked(q.text) for q in some]):
            groups.join(some[one].id, some[other].id, apart)
    for first, second in merged:
        groups.join(first, second, apart)
    known = {q.id: q for q in ordered}
    found = [_cluster([known[id] for id in ids]) for ids in groups.all()]
    return tuple(sorted(found, key=lambda c: (-c.n, c.theme, c.ids)))


def asked(text: str) -> str:
    """The sentences of a post that end in a question mark; all of it when there are none."""
    sentences = [found.group().strip() for found in _SENTENCE.finditer(text)]
    return " ".join(s for s in sentences if s.endswith("?")) or text


def suggestions(questions: Sequence[Question]) -> tuple[Suggestion, ...]:
    """Words shared by questions outside the themes, most shared first: a theme to be named."""
    holding: dict[str, set[str]] = defaultdict(set)
    for question in questions:
        if question.theme == OTHER:
            for word in _plain(asked(question.text)).split():
                if len(word) >= _LONG_WORD:
                    holding[word].add(question.id)
    found = [
        Suggestion(word, tuple(sorted(ids)))
        for word, ids in holding.items()
        if len(ids) >= SUGGESTED
    ]
    return tuple(sorted(found, key=lambda s: (-len(s.ids), s.word)))


def retitled(found: Cluster, theme: str) -> Cluster:
    """The cluster under another theme, as a person decided."""
    return replace(found, theme=theme, political=theme in scheme.POLITICAL_THEMES)


def _cluster(some: Sequence[Question]) -> Cluster:
    themes = Counter(question.theme for question in some)
    theme = min(themes, key=lambda name: (-themes[name], name))
    shortest = sorted(some, key=lambda q: (len(q.text), q.id))
    return Cluster(
        theme=theme,
        political=theme in scheme.POLITICAL_THEMES,
        ids=tuple(q.id for q in some),
        examples=tuple(q.id for q in shortest[:EXAMPLES]),
    )


class _Groups:
    """Union of ids that refuses to bring together what people took apart."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._group: dict[str, list[str]] = {id: [id] for id in ids}

    def join(self, one: str, other: str, apart: set[frozenset[str]]) -> None:
        if one not in self._group or other not in self._group:
            return
        left, right = self._group[one], self._group[other]
        if left is right or any(frozenset((a, b)) in apart for a in left for b in right):
            return
        together = sorted(left + right)
        for id in together:
            self._group[id] = together

    def all(self) -> list[list[str]]:
        return [ids for id, ids in sorted(self._group.items()) if ids[0] == id]


def _alike(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of texts that are nearly the same, the most alike first."""
    vectors = _vectors([_plain(text) for text in texts])
    holding: dict[str, list[int]] = defaultdict(list)
    for at, vector in enumerate(vectors):
        for gram in vector:
            holding[gram].append(at)
    found: list[tuple[float, int, int]] = []
    for at, vector in enumerate(vectors):
        shared: dict[int, float] = defaultdict(float)
        for gram, weight in vector.items():
            for other in holding[gram]:
                if other > at:
                    shared[other] += weight * vectors[other][gram]
        found += [(-cosine, at, other) for other, cosine in shared.items() if cosine >= SAME]
    return [(one, other) for _, one, other in sorted(found)]


def _vectors(texts: Sequence[str]) -> list[Mapping[str, float]]:
    """Character 3-grams, sublinear and weighed by rarity, length one."""
    counted = [Counter(text[at : at + 3] for at in range(max(1, len(text) - 2))) for text in texts]
    seen: Counter[str] = Counter()
    for grams in counted:
        seen.update(grams.keys())
    vectors: list[Mapping[str, float]] = []
    for grams in counted:
        weights = {
            gram: (1 + log(n)) * (1 + log((1 + len(texts)) / (1 + seen[gram])))
            for gram, n in grams.items()
        }
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        vectors.append({gram: weight / length for gram, weight in weights.items()})
    return vectors


def _plain(text: str) -> str:
    return " ".join(_DROPPED.sub(" ", fold(text.lower())).split())
