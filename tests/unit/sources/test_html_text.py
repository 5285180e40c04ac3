"""HTML to text: hashtags and mentions stay whole, words stay apart, nothing hidden comes along."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sources.html_text import to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("gewone woorden", "gewone woorden"),
        ("", ""),
        ("a < b en c > d", "a < b en c > d"),
        ("AT&T", "AT&T"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("&lt;b&gt;", "<b>"),
        ('een <a href="/t">#<span>azc</span></a> hier', "een #azc hier"),
        ('<a class="u-url mention">@<span>gemrietmeer</span></a>nieuws', "@gemrietmeernieuws"),
        ("<p>Hoi <a>@<span>gemrietmeer</span></a></p><p>nieuws</p>", "Hoi @gemrietmeer\nnieuws"),
        ("een<br>twee<br/>drie", "een\ntwee\ndrie"),
        ("<ul>\n<li>een</li>\n<li>twee</li></ul>", "een\ntwee"),
        ("een<br><br>twee", "een\n\ntwee"),
        ("<p>een<br></p><p>twee</p>", "een\ntwee"),
        ("<p>een</p>twee", "een\ntwee"),
        ("<tr><td>een</td><td>twee</td></tr>", "een\ntwee"),
        ("asiel<b>zoekers</b>centrum", "asielzoekerscentrum"),
        ("een<wbr>twee", "eentwee"),
        ("een\n  regel<i> verder</i>", "een regel verder"),
        ("voor<script>kwaad()</script>na", "voorna"),
        ("voor<style>p{}</style><noscript><p>weg</p></noscript> na", "voor na"),
        ("<script>a<b>c</b></script>d", "d"),
        ("voor<!-- stil -->na", "voorna"),
        ("een&nbsp;twee&#160;drie", "een twee drie"),
        ("<p>geen einde <b>hier", "geen einde hier"),
        ("</div></div>over", "over"),
        ("bel\x00 \x07ons", "bel ons"),
        ("half \ud83d teken", "half teken"),
        ("&#xD83D;&#0;&#x1F600; lach", "\ufffd\ufffd😀 lach"),
        ('<?xml version="1.0" encoding="utf-8"?><p>wel</p>', "wel"),
        ("https://bode.example/a?b=1&amp;c=2", "https://bode.example/a?b=1&c=2"),
        ("een\n\n\n\ntwee", "een\n\ntwee"),
    ],
)
def test_the_words_come_out_as_a_reader_sees_them(markup: str, text: str) -> None:
    assert to_text(markup) == text


@given(st.text())
def test_any_text_becomes_text_that_can_be_stored(markup: str) -> None:
    text = to_text(markup)
    text.encode("utf-8")
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    assert text == text.strip()


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b",
                ">",
                "<script>",
                "</script>",
                "&amp",
                ";",
                "#azc",
                " ",
                "<!--",
                "-->",
                "<![CDATA[",
                "]]>",
            ]
        )
    )
)
def test_broken_markup_never_fails(parts: list[str]) -> None:
    assert isinstance(to_text("".join(parts)), str)


@pytest.mark.parametrize(
    "markup",
    ["<b>" * 200_000, "<p" * 200_000, "&" * 500_000, "<a " + "b=c " * 200_000 + ">x</a>", "<!--" * 200_000],
)  # fmt: skip
def test_heavy_markup_is_read_within_seconds(markup: str) -> None:
    started = time.monotonic()
    to_text(markup)
    assert time.monotonic() - started < 8
