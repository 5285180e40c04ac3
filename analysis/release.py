"""A model ready to be kept: trained on the shipped posts, measured, and described in a manifest."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from typing import Any

from analysis import lexicon, scheme, training
from analysis.corpus import Example, read_examples
from analysis.evaluation import Evaluation, evaluate
from analysis.model import heads, store
from analysis.model.trained import Trained
from analysis.records import Labelled

CORRECTION_WEIGHT = 3.0
"""A correction from the service's own posts counts as so many shipped posts."""

LIBRARIES = ("numpy", "scikit-learn", "scipy", "spacy")
SCENES, WRITERS, DEV = "scènes niet gezien", "schrijvers niet gezien", "dev"


def shipped_examples(name: str) -> tuple[Example, ...]:
    """One of the sets beside the shipped model, see `store.SETS`."""
    return read_examples(store.read_set(name), f"{name}.jsonl")


def with_corrections(
    examples: Sequence[Example], corrections: Sequence[Example]
) -> tuple[Example, ...]:
    """Local corrections replace a shipped post of the same id, and weigh more than one."""
    weighed = [
        one if one.weight != 1.0 else one.reweighed(CORRECTION_WEIGHT) for one in corrections
    ]
    known = {one.id for one in weighed}
    return (*(one for one in examples if one.id not in known), *weighed)


def release(
    examples: Sequence[Example], sets: Mapping[str, str], seed: int = training.SEED
) -> dict[str, bytes]:
    """All files of a model directory. `sets` are the JSONL texts that go with it.

    Scores in the manifest are on held-out scenes, held-out writers and the dev set; the test set
    stays out of every run but `model evaluate`.
    """
    given = training.material(examples)
    scores = training.held_out(given, seed)
    model = training.train(given, scores, seed)
    by_writer = training.held_out(given, seed, writers=True)
    measured = {
        SCENES: evaluate(given.examples, training.answers(given, model, scores)),
        WRITERS: evaluate(given.examples, training.answers(given, model, by_writer)),
        DEV: _on_dev(sets, model),
    }
    files = store.written(model)
    files |= {f"{name}.jsonl": text.encode() for name, text in sets.items()}
    files[store.MANIFEST] = _manifest(model, files, measured, len(given.examples), seed)
    return files


def _on_dev(sets: Mapping[str, str], model: Trained) -> Evaluation:
    dev = read_examples(sets["dev"], "dev.jsonl")
    return evaluate(dev, told(dev, model))


def told(examples: Sequence[Example], model: Trained) -> list[Labelled]:
    """What a model that is not on disk says of these posts."""
    from analysis.labellers.ibs import IbsLabeller

    return IbsLabeller(trained=model).label([example.post for example in examples])


def _manifest(
    model: Trained,
    files: Mapping[str, bytes],
    measured: Mapping[str, Evaluation],
    trained_on: int,
    seed: int,
) -> bytes:
    about: dict[str, Any] = {
        "name": store.SHIPPED,
        "guide": scheme.GUIDE,
        "model": store.weights_hash(model),
        "lexicons": lexicon.digest("assets", lexicon.LABELLING),
        "seed": seed,
        "trained_on": trained_on,
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "files": {name: store.digest(content) for name, content in sorted(files.items())},
        "thresholds": dict(model.thresholds),
        "calibration": {
            head.name: [float(model.slopes[at]), float(model.offsets[at])]
            for at, head in enumerate(heads.HEADS)
        },
        "scores": {name: as_facts(one) for name, one in measured.items()},
    }
    return (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()


def as_facts(one: Evaluation) -> dict[str, Any]:
    """An evaluation as JSON values: `[value, low, high, n]` per score."""
    return {
        "n": one.n,
        "scores": {name: list(asdict(score).values()) for name, score in one.scores.items()},
        "calibration_error": one.calibration,
        "reliability": one.reliability,
        "slices": {name: list(asdict(score).values()) for name, score in one.slices.items()},
    }
