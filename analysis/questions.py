"""Questions to clusters: one cluster is what one answer serves (R9, R13, R31).

A question joins the cluster whose two nearest questions it is most like. What people put together or
took apart is thereby followed without a rule: a question like one that was taken apart goes where that
one went. Everything is a value; nothing is stored here.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.associations import everyday_words, words_and_names
from analysis.lexicon import fold

SAME = 0.45
"""Cosine of character TF-IDF from which two questions are one; chosen on `tests/data/asked-dev.jsonl`."""

ANOTHER_THEME = 0.20
"""So much more is asked of two questions of two themes: the theme of a question is often wrong."""

NEAREST = 2
"""A cluster is as near as the mean of its so many nearest questions, so that one stray attracts nothing."""

OTHER = "overig"
SUGGESTED = 3
"""So many questions outside the themes that share a word suggest a theme of their own."""

_SENTENCE = re.compile(r"[^.!?\n]*\?+|[^.!?\n]+[.!]*")
_DROPPED = re.compile(r"https?://\S+|[@#]\w+|[^\w\s]")
_AT_ONCE = 256
_SHARED = 0.2


@dataclass(frozen=True, slots=True)
class Question:
    """A post that asks something: its name, its text, its theme, and the cluster it stands in
    (empty for one that was not placed yet).
    """

    name: str
    text: str
    theme: str
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that returns among questions without a theme, and the names of those that hold it."""

    word: str
    names: tuple[str, ...]


def place(standing: Sequence[Question], fresh: Sequence[Question]) -> dict[str, str]:
    """The cluster of every fresh question, by name; a question like no other starts a cluster under
    its own name. Fresh questions are placed in the order given, so give the oldest first.
    """
    everything = [*standing, *fresh]
    placed = [question.cluster for question in standing]
    found: dict[str, str] = {}
    for question, near in zip(fresh, _near(everything, len(standing)), strict=True):
        by_cluster: dict[str, list[float]] = defaultdict(list)
        for other, alike in near:
            strange = everything[other].theme != question.theme
            by_cluster[placed[other]].append(alike - (ANOTHER_THEME if strange else 0.0))
        placed.append(_nearest(by_cluster) or question.name)
        found[question.name] = placed[-1]
    return found


def _nearest(by_cluster: Mapping[str, list[float]]) -> str | None:
    """The cluster with the highest mean of its nearest questions, when that is high enough."""
    best: tuple[float, str] | None = None
    for name in sorted(by_cluster):
        some = sorted(by_cluster[name])[-NEAREST:]
        score = round(sum(some) / len(some), 6)
        if score >= SAME and (best is None or score > best[0]):
            best = (score, name)
    return best[1] if best else None


def _near(everything: Sequence[Question], first: int) -> Iterator[list[tuple[int, float]]]:
    """Of every question from `first` on, the earlier ones that share words with it, and how alike.

    A cluster of which only one question is near counts with that one alone: an unlike one says
    that people put two wordings together, not that this is neither.
    """
    if first == len(everything):
        return
    vectors = _vectors([asked(question.text) for question in everything])
    for start in range(first, len(everything), _AT_ONCE):
        likeness = (vectors[start : start + _AT_ONCE] @ vectors.T).tocsr()
        for row in range(likeness.shape[0]):
            part = slice(likeness.indptr[row], likeness.indptr[row + 1])
            yield [
                (int(other), float(alike))
                for other, alike in zip(likeness.indices[part], likeness.data[part], strict=True)
                if alike >= _SHARED and other < start + row
            ]


def _vectors(texts: Sequence[str]) -> Any:
    """A sparse row per text: character 3- and 4-grams within words, sublinear, weighed by rarity."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    plain = [_plain(text) or "?" for text in texts]
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True).fit_transform(
        plain
    )


def asked(text: str) -> str:
    """The sentences of a post that end in a question mark; all of it when there are none."""
    sentences = [found.group().strip() for found in _SENTENCE.finditer(text)]
    return " ".join(s for s in sentences if s.endswith("?")) or text


def theme_of(themes: Sequence[str]) -> str:
    """The theme of most questions of a cluster; of two, the first by name."""
    counts = Counter(themes)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else OTHER


def suggestions(questions: Sequence[Question]) -> tuple[Suggestion, ...]:
    """Words shared by questions outside the themes, most shared first: a theme to be named.

    Never a name: what anybody writes with a capital inside a sentence is left out (R50).
    """
    holding: dict[str, set[str]] = defaultdict(set)
    people: set[str] = set()
    for question in questions:
        words, capitals = words_and_names(question.text)
        people |= capitals
        if question.theme == OTHER:
            for word in words - everyday_words():
                holding[word].add(question.name)
    found = [
        Suggestion(word, tuple(sorted(names)))
        for word, names in holding.items()
        if len(names) >= SUGGESTED and word not in people
    ]
    return tuple(sorted(found, key=lambda s: (-len(s.names), s.word)))


def _plain(text: str) -> str:
    return " ".join(_DROPPED.sub(" ", fold(text.lower())).split())
