"""The plug-in for a spaCy text classifier: a small one is made here, none is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import labellers
from analysis.errors import ModelUnavailable
from analysis.records import Post


def _model(where: Path, categories: tuple[str, ...], pipe: str = "textcat_multilabel") -> str:
    import spacy
    from spacy.training import Example

    nlp = spacy.blank("nl")
    if categories:
        component = nlp.add_pipe(pipe)
        for category in categories:
            component.add_label(category)  # type: ignore[attr-defined]
        texts = ["hoeveel komen er", "schande dit", "ik help graag"]
        nlp.initialize(
            lambda: [
                Example.from_dict(nlp.make_doc(t), {"cats": dict.fromkeys(categories, 1.0)})
                for t in texts
            ]
        )
    nlp.to_disk(where)
    return f"spacy:{where}"


def test_a_pipeline_with_categories_of_the_guide_labels(tmp_path: Path) -> None:
    found = labellers.get(_model(tmp_path / "m", ("I1", "B", "schadebeperking", "geen")))
    assert found.name.startswith("spacy:")
    assert len(found.model) == 64
    posts = [Post("Hoeveel mensen komen er in het gebouw?"), Post("RT @a: iets")]
    told = found.label(posts)
    assert told[1].status == "echo"
    assert set(told[0].probabilities) == {
        "informatiebehoefte",
        "betekenisgeving",
        "schadebeperking",
    }
    assert bool(told[0].labels) == (told[0].status == "gelabeld")
    assert [found.label([post])[0] for post in posts] == told


@pytest.mark.parametrize(
    ("categories", "what"), [((), "geen textcat"), (("I1", "positief"), "positief")]
)
def test_a_pipeline_that_cannot_serve_says_why(
    tmp_path: Path, categories: tuple[str, ...], what: str
) -> None:
    with pytest.raises(ModelUnavailable, match=what):
        labellers.get(_model(tmp_path / "m", categories)).label([Post("Wie weet dit nou?")])


@pytest.mark.parametrize("name", ["spacy:bestaat-niet", "spacy", "spacy:"])
def test_a_missing_model_names_the_fix(name: str) -> None:
    with pytest.raises(ModelUnavailable, match="spaCy-model"):
        labellers.get(name).label([Post("Wie weet dit nou?")])
