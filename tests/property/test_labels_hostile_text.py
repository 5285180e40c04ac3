"""Whatever the text: the labeller answers, its spans are true, and the batch does not matter."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import labellers, scheme
from analysis.masking import mask
from analysis.pipeline import READ_CHARACTERS, clean
from analysis.records import Post

RULES = labellers.get("rules")
WORDS = st.sampled_from(
    [
        "wie",
        "waarom",
        "college",
        "azc",
        "opvang",
        "niet",
        "geen",
        "schande",
        "😡",
        "❤️",
        "!!!",
        "???",
        "@jan",
        "#azc",
        "ik",
        "ga",
        "slopen",
        "helpen",
        "RT",
        "www.voorbeeld.nl",
        "İ",
        "é",
        "�",
        "\x00",
        "neeeeee",
        "'tijdelijk'",
        '"',
        "\n",
    ]
)
SENTENCES = st.lists(WORDS, max_size=25).map(" ".join)
ANYTHING = st.text(st.characters(), max_size=200) | SENTENCES


@given(ANYTHING)
@settings(max_examples=150, deadline=None)
def test_spans_are_slices_of_the_text_as_given(text: str) -> None:
    labelled = RULES.label([Post(text)])[0]
    for evidence in labelled.explanation:
        assert text[evidence.start : evidence.end] == evidence.text
        assert evidence.text


@given(st.lists(ANYTHING, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_post_is_judged_alone(texts: list[str]) -> None:
    posts = [Post(text) for text in texts]
    assert RULES.label(posts) == [RULES.label([post])[0] for post in posts]


@given(ANYTHING, st.booleans(), st.none() | ANYTHING)
@settings(max_examples=100, deadline=None)
def test_labels_and_status_agree(text: str, is_repost: bool, parent: str | None) -> None:
    labelled = RULES.label([Post(text, is_repost=is_repost, parent=parent)])[0]
    assert bool(labelled.labels) == (labelled.status == "gelabeld")
    assert labelled.labels == scheme.labels_of(labelled.sub_labels)
    assert labelled.primary == scheme.primary_of(labelled.labels)


@given(ANYTHING | st.text(alphabet="a!? \n", max_size=400))
@settings(max_examples=200, deadline=None)
def test_cleaning_keeps_every_offset_true(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned.text) <= READ_CHARACTERS
    at = -1
    for place in range(len(cleaned.text)):
        start, end = cleaned.original(place, place + 1)
        assert at < start < end == start + 1 <= len(text)
        at = start


@given(ANYTHING | st.text(alphabet="@a.b0123456789 +-", max_size=80))
@settings(max_examples=200, deadline=None)
def test_masking_twice_is_masking_once_and_spans_stay_inside(text: str) -> None:
    masked = mask(text)
    assert mask(masked.text).text == masked.text
    for start in range(0, len(text), 7):
        left, right = masked.moved(start, min(len(text), start + 5))
        assert 0 <= left <= right <= len(masked.text)
