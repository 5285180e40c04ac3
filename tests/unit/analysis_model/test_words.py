"""What the model gets to read: nothing of what people are, one form for many spellings."""

from __future__ import annotations

import pytest

from analysis import fairness
from analysis.labellers.knowledge import knowledge
from analysis.lexicon import entries, fold, rows
from analysis.model import store
from analysis.model.words import divided, read_word, stem, words_of


def _read(text: str) -> tuple[str, ...]:
    known = knowledge()
    with known.pipeline.batch():
        return words_of(known.pipeline.read(text))[0]


@pytest.mark.parametrize("name", fairness.IDENTITIES)
def test_an_identity_word_is_read_as_people(name: str) -> None:
    assert _read(f"De {name} komen") == _read("De mensen komen")


def test_identity_adjectives_are_not_read() -> None:
    assert _read("een Syrisch restaurant") == _read("een restaurant")
    assert _read("#moslims") == ("mensen",)


def test_no_identity_word_is_in_the_vocabulary() -> None:
    words = set(store.load()[0].vocabulary.words)
    named = {e for row in rows("identity.tsv", 3) for e in entries(row.cells[1]) if "*" not in e}
    assert words & named == set()
    assert {fold(name.lower()) for name in fairness.IDENTITIES} & words == set()


def test_no_identity_word_stands_in_a_field_of_meaning() -> None:
    fields = {e for row in rows("fields.tsv", 3) for e in entries(row.cells[1])}
    masked = sorted(f for f in fields if " " not in f and read_word(f.strip("*")) == "mensen")
    assert masked == []


def test_handles_links_and_digits_lose_their_content() -> None:
    assert _read("@jan zie https://voorbeeld.nl/x om 19.30") == ("@", "zie", "http", "om", "00.00")


@pytest.mark.parametrize(
    ("tag", "parts"),
    [
        ("GeenOpvangHier", ("geen", "opvang", "hier")),
        ("geenopvang", ("geen", "opvang")),
        ("xqzzy", ("xqzzy",)),
        ("", ("",)),
    ],
)
def test_hashtags_are_divided(tag: str, parts: tuple[str, ...]) -> None:
    assert divided(tag) == parts


def test_slashes_divide_and_drawn_out_words_shrink() -> None:
    assert _read("ouders/kinderen") == ("ouders", "kinderen")
    assert _read("schaaaaande") == ("schaande",)
    assert stem("helpen") == stem("helpt") == "help"
