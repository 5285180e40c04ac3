"""How far the labeller and the demo's hand labels agree: a number for the table, not a benchmark.

The posts were written and labelled for this demonstration in one pass by their author, so this is no
measure of quality on real posts; that needs posts from outside the repository (labels.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.demo.corpus import HandLabel


@dataclass(frozen=True, slots=True)
class Agreement:
    """F1 per label over matched posts; `posts` is how many were compared."""

    posts: int
    f1: Mapping[str, float]
    questions: float

    @property
    def macro(self) -> float:
        return sum(self.f1.values()) / len(self.f1)


def agreement(pairs: Sequence[tuple[HandLabel, Mapping[str, Any]]]) -> Agreement:
    """Compare hand labels with stored predictions."""
    f1 = {
        letter: _f1(
            [
                (letter in hand.letters, any(code[0] == letter for code in said["sub_labels"]))
                for hand, said in pairs
            ]
        )
        for letter in "IBS"
    }
    questions = _f1([(hand.is_question, bool(said["is_question"])) for hand, said in pairs])
    return Agreement(len(pairs), f1, questions)


def _f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    """2·tp / (2·tp + fp + fn); 0 when there is nothing to find and nothing was found."""
    right = sum(wanted and said for wanted, said in pairs)
    wrong = sum(wanted != said for wanted, said in pairs)
    return 2 * right / (2 * right + wrong) if right or wrong else 0.0
