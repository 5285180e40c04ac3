"""The default labeller: rules and lexicons feed a trained linear model, which decides and explains.

Order: language and bare shares by rule (guide D11), then the model, then the rules of the guide that
leave no choice (own posts, threats that need a person). Nothing here needs scikit-learn.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from analysis import language, lexicon, scheme
from analysis.labellers import relevance
from analysis.labellers.case import Case
from analysis.labellers.knowledge import Knowledge, knowledge
from analysis.labellers.rules import echo
from analysis.records import Labelled, Post

if TYPE_CHECKING:
    from analysis.model.trained import Trained

CODE_VERSION = "1"
"""Raise it when code changes what the same files say; it is part of the model hash."""

DECIMALS = 4
BATCH = 256
_FOREIGN = Labelled(status="niet-beoordeeld")


class IbsLabeller:
    """`ibs-nl`: labels by rules and a trained model together. Loads at the first `label`."""

    name = "ibs-nl"
    guide = scheme.GUIDE

    def __init__(
        self, place: Traversable | Path | None = None, trained: Trained | None = None
    ) -> None:
        """`place` is the directory of a model, the shipped one when None; `trained` a model in
        memory that stands in no directory.
        """
        self._place = place
        if trained is not None:
            self.__dict__["_trained"] = trained

    @classmethod
    def at(cls, directory: str) -> IbsLabeller:
        """The labeller with the model in this directory, for a candidate of `model train`."""
        return cls(Path(directory))

    @cached_property
    def model(self) -> str:
        """SHA-256 over the model's files, calibration, thresholds, the lexicons and the code."""
        from analysis.model import store

        about = store.manifest(self._place)
        parts = [about["files"], about["calibration"], about["thresholds"], about["guide"]]
        told = json.dumps(parts, sort_keys=True) + lexicon.digest(
            f"ibs/{CODE_VERSION}", lexicon.LABELLING
        )
        return hashlib.sha256(told.encode()).hexdigest()

    @cached_property
    def _trained(self) -> Trained:
        """Loads once. What is loaded here lives as long as the process, so the collector need not
        walk through it again at every batch: that took a fifth of the time.
        """
        from analysis.model import store

        trained = store.load(self._place)[0]
        knowledge().pipeline.keep(trained.vocabulary.words)
        gc.collect()
        gc.freeze()
        return trained

    def label(self, posts: Sequence[Post]) -> list[Labelled]:
        """One judgement per post, in order. Raises ModelUnavailable when the model cannot load."""
        found: list[Labelled] = []
        trained, known = self._trained, knowledge()
        for at in range(0, len(posts), BATCH):
            with known.pipeline.batch(), _collector_at_rest():
                found += _label_batch(posts[at : at + BATCH], trained, known)
        return found


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """A batch makes many small values and no cycles; searching them for cycles took a fifth of the
    time. One batch at a time holds the pipeline, so no other batch wakes the collector meanwhile.
    """
    awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if awake:
            gc.enable()


def _label_batch(posts: Sequence[Post], trained: Trained, known: Knowledge) -> list[Labelled]:
    from analysis.labellers.answering import answer
    from analysis.labellers.reasons import Weighed
    from analysis.model.preparing import prepare

    found: list[Labelled | None] = [_by_rule(post, known) for post in posts]
    open_places = [at for at, labelled in enumerate(found) if labelled is None]
    cases = [Case(posts[at], known) for at in open_places]
    prepared = [prepare(case) for case in cases]
    rows = trained.rows(prepared)
    chances = trained.probabilities(rows)
    for index, at in enumerate(open_places):
        found[at] = answer(
            cases[index],
            chances[index].tolist(),
            trained.thresholds,
            Weighed(prepared[index], rows[index], trained),
        )
    return cast("list[Labelled]", found)


def _by_rule(post: Post, known: Knowledge) -> Labelled | None:
    if not language.is_judged(f"{post.title} {post.text}", post.lang):
        return _FOREIGN
    return echo(post, known) if relevance.is_echo(post) else None
