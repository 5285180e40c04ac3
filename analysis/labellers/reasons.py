"""Why the model said so: the content words that weighed most, and the rules that agree with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.labellers.case import Case
from analysis.labellers.explaining import MOST_EVIDENCE, explain, is_content
from analysis.records import Evidence

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from analysis.model.trained import Trained
    from analysis.model.vocabulary import Prepared

WORD = "woord"
WORDS_PER_CODE = 3
LEAST_WEIGHT = 0.05


@dataclass(frozen=True, slots=True)
class Weighed:
    """A post as the model saw it, its row of columns, and the model."""

    post: Prepared
    row: csr_matrix
    trained: Trained


def reasons(case: Case, weighed: Weighed, named: Mapping[str, str]) -> tuple[Evidence, ...]:
    """Spans in code points of the text as given, ascending; `supports` is `<code>:<rule>` or
    `<code>:woord`. `named` maps each code that was given to the head that gave it.
    """
    rules = explain(case.text, len(case.title), case.reading, case.fired, named, case.known)
    words = _words(case, weighed, named)
    kept = (*words, *rules)[:MOST_EVIDENCE]
    return tuple(sorted(kept, key=lambda e: (e.start, e.end, e.supports)))


def _words(case: Case, weighed: Weighed, named: Mapping[str, str]) -> list[Evidence]:
    post = weighed.post
    if not post.words:
        return []
    codes = list(named)
    weights = weighed.trained.word_weights(post, weighed.row, [named[code] for code in codes])
    content = [
        at
        for at, origin in enumerate(post.origins)
        if is_content(case.reading.words[origin], case.known)
    ]
    found: dict[tuple[int, str], Evidence] = {}
    for place, code in enumerate(codes):
        ranked = sorted(content, key=lambda at: (-weights[at, place], at))
        for at in ranked[:WORDS_PER_CODE]:
            origin = post.origins[at]
            start, end = case.reading.tokens.span(origin, origin + 1)
            start, end = start - len(case.title), end - len(case.title)
            if weights[at, place] >= LEAST_WEIGHT and start >= 0:
                supports = f"{code}:{WORD}"
                text = case.text[start:end]
                found.setdefault((origin, code), Evidence(start, end, text, supports))
    return list(found.values())
