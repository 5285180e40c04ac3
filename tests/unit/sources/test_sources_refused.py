"""Closed groups and platforms that forbid it are refused by code, in Dutch (trust.md P3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sources import refusal


@pytest.mark.parametrize(
    "address",
    [
        "https://www.facebook.com/groups/rietmeer", "https://m.facebook.com/groups/1/?x=1",
        "https://facebook.com/Groups/Rietmeer", "https://www.facebook.com/%67roups/rietmeer",
        "https://chat.whatsapp.com/abc", "https://wa.me/31600000000", "https://t.me/joinchat/abc",
        "https://t.me/s/rietmeer", "https://discord.gg/abc", "https://discord.com/invite/abc",
        "https://signal.group/#abc", "https://nextdoor.nl/buurt", "https://rietmeer.slack.com/",
        "https://groups.google.com/g/rietmeer", "https://www.linkedin.com/groups/1/",
        "https://m.me/rietmeer", "https://chat.whatsapp.com./abc", " https://T.ME/x",
    ],
)  # fmt: skip
def test_a_closed_place_is_refused_as_closed(address: str) -> None:
    assert "Besloten groepen" in str(refusal(address))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://x.com/gemrietmeer", "X"),
        ("https://mobile.twitter.com/gemrietmeer", "X"),
        ("https://www.facebook.com/gemrietmeer", "Facebook"),
        ("https://instagram.com/gemrietmeer", "Instagram"),
        ("https://www.tiktok.com/@gemrietmeer", "TikTok"),
        ("https://nl.linkedin.com/company/rietmeer", "LinkedIn"),
        ("https://old.reddit.com/r/rietmeer.rss", "Reddit"),
        ("https://threads.net/@gemrietmeer", "Threads"),
    ],
)
def test_a_platform_that_forbids_it_is_refused_by_name_with_a_way_out(
    address: str, name: str
) -> None:
    told = str(refusal(address))
    assert told.startswith(f"{name} wordt niet live gevolgd")
    assert "export" in told


@pytest.mark.parametrize(
    "address",
    [
        "https://bode.example/feed/", "https://notfacebook.com/", "https://x.company/",
        "https://facebook.com.bode.example/groups/x", "https://bode.example/groups/azc",
        "https://mastodon.example/tags/azc.rss", "https://box.com/", "https://sst.co/", "", "niets",
        "http://[kapot",
    ],
)  # fmt: skip
def test_an_open_place_is_not_refused(address: str) -> None:
    assert refusal(address) is None


@given(st.text(max_size=50))
def test_no_address_makes_the_question_fail(address: str) -> None:
    assert refusal(address) is None or str(refusal(address)).endswith(".")
