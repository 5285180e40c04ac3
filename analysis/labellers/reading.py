"""One post as the rules see it: its sentences, and per sentence which classes occur where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.labellers.patterns import QUESTION_MARK
from analysis.labellers.wordclasses import WordClasses
from analysis.pipeline import Tokens

_ENDS = frozenset({"!", "?", ".", "…", "...", "..", ";"})
_MOST_SPANS = 40
"""Spans per class and sentence; more of the same says nothing new, and matching stays cheap."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The tokens [first, after) and the spans of every class in them."""

    first: int
    after: int
    question: bool
    spans: dict[str, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole post: tokens, sentences, and the classes that occur anywhere in it."""

    tokens: Tokens
    sentences: tuple[Sentence, ...]
    classes: frozenset[str]

    @property
    def words(self) -> tuple[str, ...]:
        return self.tokens.words


def read(tokens: Tokens, classes: WordClasses) -> Reading:
    """Divides the tokens into sentences and files every hit under its class."""
    sentences = tuple(_sentences(tokens.words))
    for sentence in sentences:
        spans = sentence.spans
        for at in range(sentence.first, sentence.after):
            here = (at, at + 1)
            for name in classes.of(tokens.words[at]):
                found = spans.get(name)
                if found is None:
                    spans[name] = [here]
                elif len(found) < _MOST_SPANS:
                    found.append(here)
    at_sentence = 0
    for name, first, after in sorted(tokens.phrases, key=lambda phrase: phrase[1]):
        while sentences[at_sentence].after <= first:
            at_sentence += 1
        if after <= sentences[at_sentence].after:
            found = sentences[at_sentence].spans.setdefault(name, [])
            if len(found) < _MOST_SPANS:
                found.append((first, after))
                found.sort()
    return Reading(tokens, sentences, frozenset(name for s in sentences for name in s.spans))


def _sentences(words: Sequence[str]) -> list[Sentence]:
    found: list[Sentence] = []
    first = 0
    for at, word in enumerate(words):
        ends = word in _ENDS or "\n" in word
        goes_on = at + 1 < len(words) and (words[at + 1] in _ENDS or "\n" in words[at + 1])
        if ends and not goes_on:
            found.append(_sentence(words, first, at + 1))
            first = at + 1
    if first < len(words):
        found.append(_sentence(words, first, len(words)))
    return found


def _sentence(words: Sequence[str], first: int, after: int) -> Sentence:
    last = after - 1
    while last > first and (words[last] in _ENDS or not words[last].strip()):
        last -= 1
    closing = range(last, after)
    marks = [at for at in closing if words[at] == "?" or words[at].endswith("?")]
    spans = {QUESTION_MARK: [(marks[0], marks[0] + 1)]} if marks else {}
    return Sentence(first, after, bool(marks), spans)
