"""The reviewed text files: readable, explained, hashed, and loud when broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import lexicon
from analysis.errors import ModelUnavailable
from analysis.labellers.knowledge import model_hash
from analysis.labellers.patterns import compile_pattern
from analysis.lexicon import digest, entries, fold, rows

FILES = {
    "classes.tsv": 3,
    "rules.tsv": 5,
    "sentiment.tsv": 4,
    "modifiers.tsv": 3,
    "themes.tsv": 4,
    "terms.tsv": 4,
    "function_words.tsv": 2,
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_row_has_its_cells_and_a_note(name: str) -> None:
    found = rows(name, FILES[name])
    assert found
    assert all(cell for row in found for cell in row.cells)


def test_alternatives_are_written_out_and_folded() -> None:
    assert entries("{ik|wij} help; Één  idee") == ("ik help", "wij help", "een idee")


def test_folding_keeps_the_length() -> None:
    text = "Één ‘crème’ „brûlée” İstanbul ﬁets 🙂"
    assert len(fold(text)) == len(text)
    assert fold("’s") == "'s"


def test_the_model_hash_follows_assets_and_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert digest("1") != digest("2")
    assert model_hash() == model_hash()
    (tmp_path / "a.tsv").write_bytes(b"een\trij\r\n")
    monkeypatch.setattr(lexicon, "_assets", lambda: tmp_path)
    before = digest("1")
    (tmp_path / "a.tsv").write_bytes(b"een\trij\n")
    assert digest("1") == before
    (tmp_path / "a.tsv").write_bytes(b"een\trijm\n")
    assert digest("1") != before


def test_a_broken_asset_is_named_with_its_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(lexicon, "_assets", lambda: tmp_path)
    (tmp_path / "a.tsv").write_text("# kop\neen\ttwee\ndrie\n", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"a\.tsv klopt niet op regel 3"):
        rows("a.tsv", 2)
    with pytest.raises(ModelUnavailable, match=r"b\.tsv"):
        rows("b.tsv", 2)
    with pytest.raises(ModelUnavailable, match="geen getal"):
        rows_with_number()


def rows_with_number() -> float:
    return lexicon.Row("a.tsv", 1, ("x",)).number(0)


@pytest.mark.parametrize(
    ("pattern", "words", "holds"),
    [
        ("ik .. weg", "ik ga weg", True),
        ("ik .. weg", "weg ga ik", False),
        ("ik & weg", "weg ga ik", True),
        ("ik weg", "ik ga weg", False),
        ("ik ..1 weg", "ik ga weg", True),
        ("ik ..1 weg", "ik ga nu weg", False),
        ("^ik", "nu ik", False),
        ("ik & !weg", "ik ga weg", False),
        ("ik|wij .. weg", "wij gaan weg", True),
        ("ik & ?", "ik ?", True),
        ("ik & !?", "ik ?", False),
    ],
)
def test_the_pattern_language(pattern: str, words: str, holds: bool) -> None:
    compiled = compile_pattern(pattern)
    names: dict[str, list[tuple[int, int]]] = {}
    for at, word in enumerate(words.split()):
        for name, literal in compiled.literals:
            if literal == word:
                names.setdefault(name, []).append((at, at + 1))
        if word == "?":
            names["?"] = [(at, at + 1)]
    assert (compiled.find(names, frozenset(names), 0) is not None) is holds


@pytest.mark.parametrize("pattern", ["", "!weg", "ik & ", "post:weg", "ik & post:a b"])
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):
        compile_pattern(pattern)
