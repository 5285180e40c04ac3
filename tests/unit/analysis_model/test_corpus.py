"""The labelled sets: frozen, readable, apart from each other, and large enough."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from analysis import release, scheme
from analysis.corpus import as_line, grams, read_examples, twins
from analysis.errors import ModelUnavailable
from analysis.model import store

GUIDE = Path(__file__).parents[2] / "data" / "guide_examples.tsv"
FROZEN = {
    "dev": "5759748a8130f9cc80ad3aa8783e9af97b0c9a8ff6e7d0eaf7e71f0a1106aa24",
    "dev-threats": "b4762c7efe2ceb9398bd015cb52453832baeade1dcf669ac7860c352bf2cbc5e",
    "dev-questions": "20911c066a5813d55cbfaa8173bdb952227382e53c0607553d55497394308507",
    "test": "065b5c24ca83af9beffeff73a11810445d9b163462853465442cf2fb0ca31f54",
    "strangers": "f0660a71b72c9e79ed9bbe7808bb28329881333130afb543b8d3d08db09bf594",
    "paraphrases": "30b23ed14740e6f2e29aaffccd46738546d1a7d605e8d219d092bf9b9c289fa0",
    "second-annotation": "b20a738b377e3b9133882b0446f35979d20babaa3e074baa50e622645d0affe7",
}


MEASURED_APART = ("train", "dev", "dev-threats", "dev-questions", "test", "strangers")


@pytest.mark.parametrize("name", sorted(FROZEN))
def test_the_sets_that_measure_are_frozen(name: str) -> None:
    assert store.digest(store.read_set(name).encode()) == FROZEN[name]


def test_every_sub_label_has_sixty_posts_to_learn_from() -> None:
    examples = release.shipped_examples("train")
    counted = Counter(code for example in examples for code in example.sub_labels)
    assert len(examples) >= 2_000
    assert set(counted) == set(scheme.SUB_LABELS)
    assert min(counted.values()) >= 60


def test_ids_are_unique_and_scenes_belong_to_one_set() -> None:
    sets = {name: release.shipped_examples(name) for name in MEASURED_APART}
    ids = [example.id for some in sets.values() for example in some]
    assert len(ids) == len(set(ids))
    scenes = [{(e.writer, e.scene) for e in some} for some in sets.values()]
    assert sum(map(len, scenes)) == len(set().union(*scenes))


@pytest.mark.parametrize(
    "other", ["dev", "dev-threats", "dev-questions", "test", "strangers", "paraphrases", "guide"]
)
def test_no_training_post_is_nearly_one_that_measures(other: str) -> None:
    if other == "guide":
        lines = GUIDE.read_text("utf-8").splitlines()
        measured = [line.split("\t")[1] for line in lines if not line.startswith("#")]
    else:
        measured = [example.post.text for example in release.shipped_examples(other)]
    ours = [example.post.text for example in release.shipped_examples("train")]
    assert twins(ours, measured) == []


@pytest.mark.parametrize("name", ["dev", "dev-threats", "dev-questions"])
def test_dev_and_test_share_nothing(name: str) -> None:
    dev = [example.post.text for example in release.shipped_examples(name)]
    for measured in ("test", "strangers"):
        test = [example.post.text for example in release.shipped_examples(measured)]
        assert twins(dev, test) == []


def test_twins_are_found_by_jaccard_of_five_grams() -> None:
    assert twins(["Wanneer komt de bus?"], ["wanneer  komt de bus!"]) == [(0, 0)]
    assert twins(["Wanneer komt de bus?"], ["Een heel ander bericht"]) == []
    assert grams("abc") == {"abc"}


def test_a_line_written_is_the_line_read() -> None:
    examples = release.shipped_examples("dev")
    text = "\n".join(as_line(example) for example in examples)
    assert read_examples(text, "dev") == examples


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"text": "a"}, "id"),
        ({"id": "1", "text": 5, "status": "geen"}, "text"),
        ({"id": "1", "text": "a", "status": "gelabeld"}, "spreken elkaar tegen"),
        ({"id": "1", "text": "a", "status": "gelabeld", "sub_labels": ["Z9"]}, "Z9"),
        ({"id": "1", "text": "a", "status": "geen", "is_question": True}, "thema"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(fields: dict[str, object], what: str) -> None:
    with pytest.raises(ModelUnavailable, match=what) as caught:
        read_examples("\n" + json.dumps(fields), "eigen.jsonl")
    assert "Regel 2 van eigen.jsonl" in caught.value.message
