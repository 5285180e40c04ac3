"""Plug-in `spacy:<package or path>`: a spaCy pipeline with a text classifier as labeller.

The pipeline must have a `textcat` or `textcat_multilabel` whose categories are sub-labels of the
guide (I1 … S7), its labels (I, B, S or their Dutch words), or `geen`. No such model is shipped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from analysis import language, scheme
from analysis.errors import ModelUnavailable
from analysis.labellers import relevance
from analysis.pipeline import clean
from analysis.records import Labelled, Post

BAR = 0.5
DECIMALS = 4
NONE = "geen"
_PIPES = ("textcat", "textcat_multilabel")
_FIRST_OF = {"informatiebehoefte": "I1", "betekenisgeving": "B2", "schadebeperking": "S1"}


class TextcatLabeller:
    """Labels by a spaCy pipeline of the deployment; only what a text classifier can say."""

    guide = scheme.GUIDE

    def __init__(self, source: str = "") -> None:
        """`source` is an installed package or a directory."""
        if not source:
            raise ModelUnavailable(
                "Zeg welk spaCy-model: 'spacy:<pakket of map>', bijvoorbeeld spacy:./mijn-model."
            )
        self._source = source

    @classmethod
    def at(cls, source: str) -> TextcatLabeller:
        return cls(source)

    @property
    def name(self) -> str:
        return f"spacy:{self._source}"

    @cached_property
    def model(self) -> str:
        """SHA-256 over the name, version and weights of the pipeline."""
        nlp = self._pipeline
        told = json.dumps([nlp.meta.get(name) for name in ("lang", "name", "version")])
        weights = nlp.to_bytes(exclude=["vocab"])
        return hashlib.sha256(told.encode() + weights).hexdigest()

    @cached_property
    def _pipeline(self) -> Any:
        import spacy

        try:
            nlp: Any = spacy.load(self._source)
        except (OSError, ValueError, ImportError) as error:
            raise ModelUnavailable(
                f"Het spaCy-model '{self._source}' is er niet of past niet bij deze spaCy. "
                "Installeer het pakket of geef de juiste map; tot die tijd werkt '--labeller "
                "ibs-nl'.",
                source=self._source,
            ) from error
        pipes = [name for name in nlp.pipe_names if name in _PIPES]
        if not pipes:
            raise ModelUnavailable(
                f"Het spaCy-model '{self._source}' heeft geen textcat. Kies een model met "
                "tekstclassificatie.",
                source=self._source,
            )
        unknown = [c for c in nlp.get_pipe(pipes[0]).labels if c != NONE and _code(c) is None]
        if unknown:
            raise ModelUnavailable(
                f"Het spaCy-model '{self._source}' kent de categorie '{unknown[0]}', en de gids "
                "niet. Noem categorieën naar sublabels (I1 … S7), labels of 'geen'.",
                source=self._source,
            )
        return nlp

    def label(self, posts: Sequence[Post]) -> list[Labelled]:
        """One judgement per post, one at a time, so that a batch cannot change an outcome."""
        return [self._label(post) for post in posts]

    def _label(self, post: Post) -> Labelled:
        if not language.is_judged(f"{post.title} {post.text}", post.lang):
            return Labelled(status="niet-beoordeeld")
        if relevance.is_echo(post):
            return Labelled(status="echo", stance="neutraal")
        told = self._pipeline(clean(f"{post.title}\n{post.text}".strip()).text).cats
        chances: dict[str, float] = {}
        for category, chance in told.items():
            code = _code(category)
            if code is not None:
                chances[code] = max(chances.get(code, 0.0), float(chance))
        codes = tuple(c for c in scheme.SUB_LABELS if chances.get(c, 0.0) >= BAR)
        labels = scheme.labels_of(codes)
        return Labelled(
            status="gelabeld" if codes else "geen",
            labels=labels,
            sub_labels=codes,
            primary=scheme.primary_of(labels),
            probabilities=_by_label(chances),
            urgency="h" if scheme.NEEDS_PERSON & set(codes) else "l",
        )


def _code(category: str) -> str | None:
    """The sub-label a category stands for; a bare label stands for its first or plainest one."""
    if category in scheme.SUB_LABELS:
        return category
    label = scheme.LABEL_OF_LETTER.get(category, category)
    return _FIRST_OF.get(label)


def _by_label(chances: dict[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for label in scheme.LABEL_TITLES:
        mine = [p for code, p in chances.items() if scheme.label_of(code) == label]
        found[label] = round(max(mine, default=0.0), DECIMALS)
    return found
