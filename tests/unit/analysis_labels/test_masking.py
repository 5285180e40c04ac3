"""Mentions, mail addresses and phone numbers leave no trace; public accounts may stay."""

from __future__ import annotations

import pytest

from analysis.masking import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("hoi @jan_de_b!", "hoi @…!"),
        ("@gemrietmeer en @jan", "@gemrietmeer en @…"),
        ("dank @GemRietmeer.", "dank @GemRietmeer."),
        ("zie @jan@social.example en door", "zie @… en door"),
        ("zie @gemrietmeer@social.example", "zie @gemrietmeer@social.example"),
        ("mail jan.jansen@example.nl nu", "mail [e-mailadres] nu"),
        ("bel 06-12345678 of +31 6 1234 5678", "bel [telefoonnummer] of [telefoonnummer]"),
        ("om 20.30 uur, 180 mensen, 2026", "om 20.30 uur, 180 mensen, 2026"),
        ("niets te zien", "niets te zien"),
        ("", ""),
    ],
)
def test_what_is_masked(text: str, masked: str) -> None:
    assert mask(text, frozenset({"gemrietmeer"})).text == masked


def test_spans_move_along() -> None:
    text = "@jan en @piet gaan naar Rietmeer"
    masked = mask(text)
    start = text.index("Rietmeer")
    moved = masked.moved(start, start + len("Rietmeer"))
    assert masked.text[slice(*moved)] == "Rietmeer"
    assert masked.text[slice(*masked.moved(0, 4))] == "@…"
    assert masked.text[slice(*masked.moved(1, 3))] == "@…"
