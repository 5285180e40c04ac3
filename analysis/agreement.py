"""Krippendorff's alpha for nominal values: how far two readers agree beyond chance.

Method: Hayes and Krippendorff (2007), by the coincidence matrix; missing values are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from analysis import scheme
from analysis.corpus import Example


def alpha(units: Sequence[Sequence[Hashable | None]]) -> float:
    """1 = full agreement, 0 = chance; units with fewer than two values do not count.

    When every value is the same there is nothing to disagree about: 1.
    """
    pairs: dict[tuple[Hashable, Hashable], float] = defaultdict(float)
    for unit in units:
        values = Counter(value for value in unit if value is not None)
        count = values.total()
        if count < 2:
            continue
        for one, times in values.items():
            for other, again in values.items():
                pairs[one, other] += times * (again - (one == other)) / (count - 1)
    totals: dict[Hashable, float] = defaultdict(float)
    for (one, _), weight in pairs.items():
        totals[one] += weight
    n = sum(totals.values())
    apart = sum(weight for (one, other), weight in pairs.items() if one != other)
    expected = n * n - sum(total * total for total in totals.values())
    return 1.0 if expected == 0 else 1.0 - (n - 1) * apart / expected


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha per label and axis over `n` posts, and how often the readers differ on each."""

    n: int
    alphas: Mapping[str, float]
    differing: Mapping[str, int]


def agreement(first: Sequence[Example], second: Sequence[Example]) -> Agreement:
    """Both readings of the posts that both read, matched by id."""
    other = {example.id: example for example in second}
    both = [(one, other[one.id]) for one in first if one.id in other]
    measures: dict[str, list[tuple[Hashable, Hashable]]] = {
        **{
            title: [(label in a.labels, label in b.labels) for a, b in both]
            for label, title in scheme.LABEL_TITLES.items()
        },
        **{
            code: [(code in a.sub_labels, code in b.sub_labels) for a, b in both]
            for code in scheme.SUB_LABELS
        },
        "status": [(a.status, b.status) for a, b in both],
        "sentiment": [(a.sentiment_label, b.sentiment_label) for a, b in both],
        "houding": [(a.stance, b.stance) for a, b in both],
        "doelwit": [(a.target or "-", b.target or "-") for a, b in both],
        "doel": [(a.purpose or "-", b.purpose or "-") for a, b in both],
        "vraag": [(a.is_question, b.is_question) for a, b in both],
        "thema": [(a.theme, b.theme) for a, b in both if a.theme and b.theme],
        "dreiging": [(a.threat, b.threat) for a, b in both],
        "ironie": [(a.irony, b.irony) for a, b in both],
    }
    return Agreement(
        n=len(both),
        alphas={name: round(alpha(units), 3) for name, units in measures.items()},
        differing={name: sum(a != b for a, b in units) for name, units in measures.items()},
    )


def first_reading(train: Sequence[Example], settled: Sequence[Example]) -> list[Example]:
    """The training posts as first read: `settled` holds the first reading of those that changed
    after the second, so that agreement is measured before anyone looked.
    """
    before = {example.id: example for example in settled}
    return [before.get(example.id, example) for example in train]
