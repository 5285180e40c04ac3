"""The guide's worked examples as a contract: a measured floor, and proof that nothing quotes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis import labellers, scheme
from analysis.labellers.patterns import compile_pattern
from analysis.lexicon import entries, fold, rows
from analysis.records import Labelled, Post

EXAMPLES = Path(__file__).parents[2] / "data" / "guide_examples.tsv"
PHRASE_COLUMNS = {
    "classes.tsv": (3, 1),
    "sentiment.tsv": (4, 2),
    "themes.tsv": (4, 2),
    "terms.tsv": (4, 2),
    "modifiers.tsv": (3, 1),
    "function_words.tsv": (2, 0),
}


@dataclass(frozen=True)
class Example:
    id: str
    post: Post
    status: str
    sub_labels: tuple[str, ...]
    question: bool


def _examples() -> Iterator[Example]:
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        cells = line.split("\t")
        yield Example(
            id=cells[0],
            post=Post(
                cells[1],
                group=cells[10] or None,
                own=cells[11] == "1",
                parent=cells[12] or None,
            ),
            status=cells[2],
            sub_labels=tuple(cells[3].split()),
            question=cells[9] == "1",
        )


@pytest.fixture(scope="module")
def judged() -> list[tuple[Example, Labelled]]:
    examples = list(_examples())
    labelled = labellers.get("rules").label([example.post for example in examples])
    return list(zip(examples, labelled, strict=True))


def _f1(pairs: list[tuple[bool, bool]]) -> float:
    right = sum(gold and told for gold, told in pairs)
    wrong = sum(gold != told for gold, told in pairs)
    return 2 * right / (2 * right + wrong)


def test_all_examples_of_the_guide_are_here() -> None:
    assert len(list(_examples())) == 67


def test_labels_clear_the_bar_of_the_guide(judged: list[tuple[Example, Labelled]]) -> None:
    """Measured .90 on first use; the examples were known to the writers, so it is no forecast."""
    scores = [
        _f1(
            [
                (
                    label in scheme.labels_of(example.sub_labels),
                    label in labelled.labels,
                )
                for example, labelled in judged
            ]
        )
        for label in scheme.LABEL_TITLES
    ]
    assert sum(scores) / 3 >= 0.80
    assert min(scores) >= 0.70


def test_questions_beat_looking_for_a_question_mark(
    judged: list[tuple[Example, Labelled]],
) -> None:
    ours = _f1([(example.question, labelled.is_question) for example, labelled in judged])
    naive = _f1([(example.question, "?" in example.post.text) for example, _ in judged])
    assert ours > naive


def test_information_need_beats_the_naive_rule(judged: list[tuple[Example, Labelled]]) -> None:
    """ "Has a ? so it is I" has precision .72 and recall .68 here (guide §1.3)."""
    gold = [any(code[0] == "I" for code in example.sub_labels) for example, _ in judged]
    told = ["informatiebehoefte" in labelled.labels for _, labelled in judged]
    right = sum(a and b for a, b in zip(gold, told, strict=True))
    assert right / sum(told) > 0.72
    assert right / sum(gold) > 0.68


def test_news_noise_echo_and_own_posts_mostly_get_no_label(
    judged: list[tuple[Example, Labelled]],
) -> None:
    kept_out = [(e, r) for e, r in judged if e.status != "gelabeld"]
    assert sum(e.status == r.status for e, r in kept_out) >= 8


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text.lower())))


def test_no_lexicon_phrase_of_four_words_stands_in_an_example() -> None:
    examples = [f" {_plain(example.post.text)} " for example in _examples()]
    phrases = {
        entry
        for name, (columns, cell) in PHRASE_COLUMNS.items()
        for row in rows(name, columns)
        for entry in entries(row.cells[cell])
    }
    phrases |= {
        literal
        for row in rows("rules.tsv", 5)
        for _, literal in compile_pattern(row.cells[3]).literals
    }
    long = {_plain(phrase) for phrase in phrases if len(_plain(phrase).split()) >= 4}
    assert len(phrases) > 2_000
    quoted = sorted(p for p in long if any(f" {p} " in example for example in examples))
    assert quoted == []


def test_no_example_is_special_cased_in_code_or_assets() -> None:
    package = Path(labellers.__file__).parents[1]
    sources = [*package.rglob("*.py"), *package.rglob("*.tsv")]
    written = " ".join(_plain(source.read_text(encoding="utf-8")) for source in sources)
    for example in _examples():
        words = _plain(example.post.text).split()
        for at in range(max(1, len(words) - 5)):
            run = " ".join(words[at : at + 6])
            assert len(run.split()) < 6 or run not in written, (example.id, run)
