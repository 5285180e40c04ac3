"""Dutch words for every code, Dutch numbers and times, whatever the machine's locale is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analysis import scheme
from app.records import REASONS
from app.storage.models import GROUP_KINDS, PHASES, RECEPTION_KINDS
from dashboards import assets, highlight, numbers, paths, wording
from dashboards.views import Mark


def test_every_code_of_the_house_has_dutch_words() -> None:
    for table, codes in (
        ("group", GROUP_KINDS), ("phase", PHASES), ("reception", RECEPTION_KINDS),
        ("sub_label", scheme.SUB_LABELS), ("status", scheme.STATUSES), ("theme", scheme.THEMES),
        ("stance", scheme.STANCES), ("target", scheme.TARGETS), ("emotion", scheme.EMOTIONS),
    ):  # fmt: skip
        for code in codes:
            assert wording.title(table, code) != code, (table, code)
    assert all(REASONS.values())


def test_an_unknown_code_is_shown_and_never_hidden() -> None:
    assert wording.title("group", "nieuw-soort") == "nieuw-soort"


@pytest.mark.parametrize(
    ("value", "text", "word"),
    [
        (None, "–", "geen vergelijking"),
        (0, "0", "gelijk"),
        (3, "+3", "meer"),
        (-2.5, "−2,5", "minder"),
    ],
)
def test_a_change_is_told_by_sign_and_word(value: float | None, text: str, word: str) -> None:
    told = numbers.change(value)
    assert (told.text, told.word) == (text, word)


def test_times_are_dutch_local_times_across_the_change_of_the_clocks() -> None:
    assert (
        numbers.instant(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == "25 oktober 2026, 02.30 uur"
    )
    assert (
        numbers.instant(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == "25 oktober 2026, 02.30 uur"
    )
    assert numbers.machine(datetime(2026, 3, 29, 1, 30, tzinfo=UTC)) == "2026-03-29T03:30:00+02:00"
    assert numbers.short_day("2026-11-24") == "di 24 nov"
    assert numbers.instant(None) == "onbekend"


def test_pieces_give_the_text_back_whatever_the_spans_are() -> None:
    text = "opvang in 't Riet 👩‍👩‍👧 é"
    spans = [Mark(0, 6, "opvang"), Mark(4, 90, "x"), Mark(9, 3, "y"), Mark(-5, 2, "z")]
    cut = highlight.pieces(text, spans)
    assert "".join(piece.text for piece in cut) == text
    assert cut[0].found


def test_addresses_are_quoted_and_empty_filters_left_out() -> None:
    assert paths.posts("a/b", {"label": "x y", "text": ""}) == "/dossiers/a%2Fb/posts?label=x+y"


def test_the_style_of_plotly_is_served_because_inline_style_is_forbidden() -> None:
    files = assets.static_files()
    style = files[assets.PLOTLY_STYLE][0].decode()
    assert ".js-plotly-plot .plotly" in style
    assert assets.plotly_guards()
    with pytest.raises(ValueError, match="style rules"):
        assets.plotly_style("var x = 1")
    with pytest.raises(KeyError):
        assets.asset_url("bestaat-niet.css")
