"""Whether a candidate model may replace the one in use, and what would change (labels.md "The loop")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis import scheme
from analysis.corpus import Example
from analysis.evaluation import Evaluation, evaluate
from analysis.records import Labelled

MOST_LOSS = 0.03
MOST_CALIBRATION_ERROR = 0.10


@dataclass(frozen=True, slots=True)
class Difference:
    """One post that would get other labels: its id, what it had and what it would get."""

    id: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`objections` are Dutch sentences; a candidate without any may be promoted by a person."""

    objections: tuple[str, ...]
    differences: tuple[Difference, ...]
    before: Evaluation
    after: Evaluation

    @property
    def passes(self) -> bool:
        return not self.objections


def weigh(
    examples: Sequence[Example], now: Sequence[Labelled], candidate: Sequence[Labelled]
) -> Verdict:
    """Compares both on the same posts."""
    before, after = evaluate(examples, now), evaluate(examples, candidate)
    changed = tuple(
        Difference(example.id, old.sub_labels, new.sub_labels)
        for example, old, new in zip(examples, now, candidate, strict=True)
        if (old.status, old.sub_labels) != (new.status, new.sub_labels)
    )
    return Verdict(tuple(_objections(before, after)), changed, before, after)


def _objections(before: Evaluation, after: Evaluation) -> list[str]:
    found: list[str] = []
    for label in scheme.LABEL_TITLES:
        old, new = before.scores[f"{label} F1"].value, after.scores[f"{label} F1"].value
        if old - new > MOST_LOSS:
            found.append(f"{label} daalt van {old:.3f} naar {new:.3f} (hoogstens {MOST_LOSS} mag).")
    old, new = before.scores["dreiging recall"].value, after.scores["dreiging recall"].value
    if new < old:
        found.append(f"Van de dreigingen wordt minder gevonden: {new:.3f} in plaats van {old:.3f}.")
    for label, error in after.calibration.items():
        if error > MOST_CALIBRATION_ERROR:
            found.append(
                f"De kansen van {label} kloppen niet: kalibratiefout {error:.3f}, hoogstens "
                f"{MOST_CALIBRATION_ERROR}."
            )
    return found
