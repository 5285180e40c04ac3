"""What every registered labeller must keep to, and how labellers are found."""

from __future__ import annotations

import pytest

from analysis import labellers, scheme
from analysis.errors import AnalysisError, UnknownLabeller
from analysis.labellers.fake import FakeLabeller
from analysis.labellers.protocol import Labeller
from analysis.records import Labelled, Post

TEXTS = [
    "Hoeveel mensen komen er in de noodopvang?",
    "Schandalig hoe dit college met ons omgaat",
    "Ik wil graag helpen met taalles",
    "Komt allen naar het plein, zaterdag om 14.00 uur",
    "",
    " \n\t ",
    "\ud800 kapotte \udfff tekens \x00\x07",
    "🙂" * 500,
    "RT @a: iets",
    "This is an English sentence about something else entirely",
]


@pytest.fixture(params=["fake", *labellers.names()])
def labeller(request: pytest.FixtureRequest) -> Labeller:
    return FakeLabeller() if request.param == "fake" else labellers.get(request.param)


def test_it_names_itself_its_model_and_its_guide(labeller: Labeller) -> None:
    assert isinstance(labeller, Labeller)
    assert labeller.name
    assert len(labeller.model) == 64
    assert set(labeller.model) <= set("0123456789abcdef")
    assert labeller.model == labeller.model
    assert labeller.guide == scheme.GUIDE


def test_it_keeps_number_and_order_and_does_not_depend_on_the_batch(labeller: Labeller) -> None:
    posts = [Post(text) for text in TEXTS]
    together = labeller.label(posts)
    assert len(together) == len(posts)
    assert [labeller.label([post])[0] for post in posts] == together
    assert labeller.label(posts[::-1])[::-1] == together
    assert labeller.label([]) == []


def test_everything_it_says_is_in_the_scheme(labeller: Labeller) -> None:
    said = labeller.label([Post(t) for t in TEXTS])
    assert len(said) == len(TEXTS)
    for text, labelled in zip(TEXTS, said, strict=True):
        _check(text, labelled)


def _check(text: str, labelled: Labelled) -> None:
    assert labelled.status in scheme.STATUSES
    assert labelled.labels == scheme.labels_of(labelled.sub_labels)
    assert labelled.primary == scheme.primary_of(labelled.labels)
    assert bool(labelled.labels) == (labelled.status == "gelabeld")
    assert set(labelled.probabilities) <= set(scheme.LABEL_TITLES)
    assert all(0 <= p <= 1 and p == round(p, 4) for p in labelled.probabilities.values())
    assert -1 <= labelled.sentiment <= 1
    assert labelled.sentiment == round(labelled.sentiment, 4)
    assert labelled.stance in scheme.STANCES
    assert set(labelled.emotion) <= set(scheme.EMOTIONS)
    assert labelled.target is None or labelled.target in scheme.TARGETS
    assert labelled.purpose is None or labelled.purpose in scheme.PURPOSES
    assert labelled.urgency in scheme.URGENCIES
    assert (labelled.theme in scheme.THEMES) == labelled.is_question
    assert labelled.reception_form is None or labelled.reception_form in scheme.RECEPTION_FORMS
    for evidence in labelled.explanation:
        assert text[evidence.start : evidence.end] == evidence.text != ""


def test_an_unknown_name_says_which_names_there_are() -> None:
    with pytest.raises(UnknownLabeller) as caught:
        labellers.get("glazen-bol")
    assert isinstance(caught.value, AnalysisError)
    assert "glazen-bol" in caught.value.message
    assert all(name in caught.value.message for name in labellers.names())
    assert "rules" in labellers.names()


def test_the_fake_says_what_it_was_told() -> None:
    told = Labelled(status="ruis")
    fake = FakeLabeller({"x": told})
    assert fake.label([Post("x"), Post("y")]) == [told, Labelled(status="geen")]
    assert fake.model != FakeLabeller().model
