"""Krippendorff's alpha against worked examples, and the published agreement on our own posts."""

from __future__ import annotations

import pytest

from analysis import release
from analysis.agreement import agreement, alpha, first_reading


def test_alpha_of_the_worked_example_with_missing_values() -> None:
    """Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C: nominal .743."""
    readers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    assert alpha(list(zip(*readers, strict=True))) == pytest.approx(0.743, abs=0.001)


def test_alpha_of_two_readers_and_two_values() -> None:
    """The same source, section A: ten units, alpha .095."""
    one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    other = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert alpha(list(zip(one, other, strict=True))) == pytest.approx(0.095, abs=0.001)


def test_alpha_is_one_without_disagreement() -> None:
    assert alpha([(1, 1), (1, 1)]) == 1.0
    assert alpha([]) == 1.0
    assert alpha([(1, 1), (2, 2)]) == 1.0


def test_two_readers_of_our_own_posts_agree_enough_to_publish() -> None:
    """domain.md §1.4 asks .67 for I and S and .60 for B, on at least 200 posts."""
    train = release.shipped_examples("train")
    settled = release.shipped_examples("settled")
    second = release.shipped_examples("second-annotation")
    found = agreement(first_reading(train, settled), second)
    assert found.n >= 500
    assert found.alphas["Informatiebehoefte"] >= 0.67
    assert found.alphas["Schadebeperking"] >= 0.67
    assert found.alphas["Betekenisgeving"] >= 0.60
    after = agreement(train, second)
    assert after.differing["status"] <= found.differing["status"]
