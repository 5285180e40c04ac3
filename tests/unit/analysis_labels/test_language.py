"""Which posts may be judged at all."""

from __future__ import annotations

import pytest

from analysis.language import LANGUAGES, detect, is_judged


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hoe lang gaat deze opvang duren en wie heeft dat besloten?", "nl"),
        ("Refugees are welcome in our village, we want to help them", "en"),
        ("Wir möchten gerne wissen wann die Unterkunft eröffnet wird", "de"),
        ("Nous voulons savoir quand le centre ouvre ses portes", "fr"),
        ("Wy wolle graach witte wannear't de opfang iepen giet", "fy"),
        ("Bu merkezin ne zaman açılacağını bilmek istiyoruz", "tr"),
        ("نريد أن نعرف متى يفتح مركز الاستقبال في المدينة", "ar"),
        ("top gedaan", "nl"),
        ("ok", "nl"),
        ("", "nl"),
    ],
)
def test_languages_of_the_set(text: str, language: str) -> None:
    assert detect(text) == language


def test_links_mentions_and_hashtags_do_not_decide() -> None:
    text = "Mooi zo! @TheDutchCouncilForRefugees https://www.example.org/welcome-to-our-village"
    assert detect(text) == "nl"


def test_what_a_source_states_decides_only_for_short_posts() -> None:
    assert not is_judged("Hayır!", "tr")
    assert is_judged("Nee!", "nl")
    assert is_judged("Wij willen weten wat het college hier eigenlijk van vindt", "en")
    assert not is_judged("We would like to know what the council thinks about this plan", "nl")


def test_arabic_is_never_short_dutch() -> None:
    assert not is_judged("مرحبا بكم", None)


def test_hostile_text_has_a_language() -> None:
    for text in ("\ud800" * 50, "\x00" * 50, "a" * 100_000, "🙂" * 5_000):
        assert detect(text) in LANGUAGES
