"""The parts of the model one by one: vocabulary, rows, calibration, folds, scores, files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analysis import labellers, release, training
from analysis.corpus import Example
from analysis.errors import ModelUnavailable
from analysis.model import calibration, folding, store
from analysis.model.features import Featurizer
from analysis.model.heads import HEADS, PLACE
from analysis.model.vocabulary import Prepared, build, loosened, shape_of, word_grams
from analysis.records import Post


def _post(text: str, **facts: float) -> Prepared:
    words = tuple(text.split())
    return Prepared(words, tuple(range(len(words))), tuple(facts.items()))


POSTS = [_post("ik wil graag helpen", a=1.0), _post("wij willen graag helpen", a=0.5)] * 3


def test_shapes_keep_function_words_and_word_ends() -> None:
    assert [shape_of(word) for word in ("ik", "helpen", "soep", "00", "!")] == [
        "ik",
        "_en",
        "_",
        "0",
        "!",
    ]
    assert loosened(["^", "_en", "_", "ik", "$"]) == ["^", "_", "ik", "$"]
    assert word_grams("ab") == [" ab", "ab ", " ab "]


def test_a_row_depends_on_its_own_post_alone() -> None:
    featurizer = Featurizer(build(POSTS))
    together = featurizer.rows(POSTS)
    for at, post in enumerate(POSTS):
        alone = featurizer.rows([post])
        assert (together[at] != alone).nnz == 0
    assert featurizer.rows([]).shape == (0, featurizer.width)
    assert featurizer.rows([_post("onbekend")]).shape == (1, featurizer.width)


def test_rare_things_are_left_out() -> None:
    vocabulary = build([*POSTS, _post("eenmalig woord")])
    assert "eenmalig" not in vocabulary.words
    assert "helpen" in vocabulary.words
    assert "a" in vocabulary.facts
    assert len(vocabulary.idf) == sum(vocabulary.sizes)


def test_platt_scaling_finds_slope_and_shift() -> None:
    random = np.random.default_rng(1)
    scores = random.normal(0, 2, 4_000)
    holds = (random.random(4_000) < 1 / (1 + np.exp(-(0.5 * scores - 1)))).astype(float)
    slope, shift = calibration.fit(scores, holds)
    assert slope == pytest.approx(0.5, abs=0.06)
    assert shift == pytest.approx(-1, abs=0.12)
    told = calibration.probability(scores, slope, shift)
    assert calibration.error(told, holds) < 0.03
    assert calibration.fit(scores, np.ones(4_000)) == (1.0, 0.0)


def test_rare_yes_does_not_run_away() -> None:
    scores = np.linspace(-6, -1, 500)
    holds = (np.arange(500) > 480).astype(float)
    slope, shift = calibration.fit(scores, holds)
    assert 0 < slope < 20
    assert abs(shift) < 60


def test_folds_hold_out_whole_scenes_and_writers() -> None:
    examples = release.shipped_examples("train")
    for folds, key in (
        (folding.by_scene(examples), "scene"),
        (folding.by_writer(examples), "writer"),
    ):
        seen = [{getattr(examples[at], key) for at in fold} for fold in folds]
        assert sum(map(len, seen)) == len(set().union(*seen))
        assert sum(len(fold) for fold in folds) == len(examples)


def test_thresholds_reach_the_asked_precision_or_stay_at_half() -> None:
    told = np.linspace(0, 1, 200)
    assert training._precise(told, (told > 0.5).astype(np.int64)) <= 0.5
    assert training._precise(told, np.zeros(200, np.int64)) == 0.5
    assert 0.3 <= training._best(told, (told > 0.4).astype(np.int64)) <= 0.5


def test_the_shipped_files_are_those_of_the_manifest() -> None:
    about = store.manifest()
    for name, told in about["files"].items():
        assert store.digest((store.shipped() / name).read_bytes()) == told, name
    trained, _ = store.load()
    assert store.weights_hash(trained) == about["model"]
    assert set(about["thresholds"]) == set(PLACE)
    assert about["guide"] == "ibs-2026.1"


def test_the_same_model_gives_the_same_bytes() -> None:
    trained, about = store.load()
    files = store.written(trained)
    assert {name: store.digest(content) for name, content in files.items()} == {
        name: about["files"][name] for name in files
    }


def test_nothing_in_the_model_is_pickled() -> None:
    with np.load(str(store.shipped() / store.WEIGHTS), allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind == "i" for name in arrays.files)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (store.WEIGHTS, b"kapot"),
        (store.WEIGHTS, None),
        (store.VOCABULARY, b"{}"),
        (store.MANIFEST, b"geen json"),
        (store.MANIFEST, b"[]"),
        (store.MANIFEST, None),
    ],
)
def test_a_missing_or_damaged_file_names_the_fix(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    for kept in (store.WEIGHTS, store.VOCABULARY, store.MANIFEST):
        (tmp_path / kept).write_bytes((store.shipped() / kept).read_bytes())
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelUnavailable, match="klankbord model train"):
        labellers.get(f"ibs-nl:{tmp_path}").label([Post("Hallo daar allemaal")])


def test_weights_that_fit_the_manifest_but_not_the_code_are_refused(tmp_path: Path) -> None:
    about = store.manifest()
    names = json.loads((store.shipped() / store.VOCABULARY).read_text("utf-8"))
    names["heads"] = names["heads"][:-1]
    content = json.dumps(names).encode()
    about["files"][store.VOCABULARY] = store.digest(content)
    (tmp_path / store.VOCABULARY).write_bytes(content)
    (tmp_path / store.WEIGHTS).write_bytes((store.shipped() / store.WEIGHTS).read_bytes())
    (tmp_path / store.MANIFEST).write_text(json.dumps(about), "utf-8")
    with pytest.raises(ModelUnavailable):
        store.load(tmp_path)


def test_corrections_replace_and_weigh_more() -> None:
    shipped = release.shipped_examples("dev")
    own = [Example(id=shipped[0].id, post=Post("iets anders"), status="geen")]
    both = release.with_corrections(shipped, own)
    assert len(both) == len(shipped)
    assert both[-1].post.text == "iets anders"
    assert both[-1].weight == release.CORRECTION_WEIGHT


def test_every_head_is_known_by_one_name() -> None:
    assert len(PLACE) == len(HEADS)
