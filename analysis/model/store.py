"""A model on disk: numbers as npz, names as JSON, and a manifest that knows the hash of every file.

Nothing is pickled: a model can be read without running it. A missing or changed file is a
ModelUnavailable that says what to do.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import ModelUnavailable
from analysis.model.heads import HEADS
from analysis.model.trained import Trained
from analysis.model.vocabulary import Vocabulary

SHIPPED = "ibs-nl-2026.1"
WEIGHTS, VOCABULARY, MANIFEST = "weights.npz", "vocabulary.json", "manifest.json"
CARD = "model-card.md"
SETS = (
    *("train", "dev", "dev-threats", "dev-questions", "test", "strangers"),
    *("second-annotation", "settled", "paraphrases"),
)
SCALE = 10_000

Place = Traversable | Path
_LISTS = ("words", "grams", "stems", "shapes", "facts")


def shipped() -> Place:
    """The directory of the model in this package."""
    return resources.files("analysis") / "assets" / SHIPPED


def read_set(name: str, place: Place | None = None) -> str:
    """The JSONL text of one of `SETS`."""
    return _bytes(place or shipped(), f"{name}.jsonl").decode("utf-8")


def card(place: Place | None = None) -> str:
    """The model card in Markdown."""
    return _bytes(place or shipped(), CARD).decode("utf-8")


def manifest(place: Place | None = None) -> dict[str, Any]:
    """The manifest as it stands. Raises ModelUnavailable when there is none that can be read."""
    told = _bytes(place or shipped(), MANIFEST)
    try:
        found = json.loads(told)
    except ValueError:
        raise _damaged(MANIFEST) from None
    if not isinstance(found, dict) or "files" not in found or "model" not in found:
        raise _damaged(MANIFEST)
    return found


def load(place: Place | None = None) -> tuple[Trained, dict[str, Any]]:
    """The model and its manifest, after checking the hash of every file that decides an outcome."""
    place = place or shipped()
    about = manifest(place)
    contents = {name: _bytes(place, name) for name in (WEIGHTS, VOCABULARY)}
    for name, content in contents.items():
        if about["files"].get(name) != digest(content):
            raise _damaged(name)
    try:
        names = json.loads(contents[VOCABULARY])
        with np.load(io.BytesIO(contents[WEIGHTS]), allow_pickle=False) as arrays:
            return _trained(names, arrays, about), about
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise _damaged(WEIGHTS) from error


def _trained(names: Mapping[str, Any], arrays: Any, about: Mapping[str, Any]) -> Trained:
    if names["heads"] != [head.name for head in HEADS]:
        raise ValueError("other heads")
    vocabulary = Vocabulary(
        **{name: tuple(names[name]) for name in _LISTS},
        pairs=arrays["pairs"],
        runs=tuple(arrays[f"runs{at}"] for at in range(names["runs"])),
        loose=tuple(arrays[f"loose{at}"] for at in range(names["loose"])),
        idf=arrays["idf"] / SCALE,
    )
    calibration = about["calibration"]
    return Trained(
        vocabulary=vocabulary,
        weights=arrays["weights"] / SCALE,
        shifts=arrays["shifts"] / SCALE,
        slopes=np.array([calibration[head.name][0] for head in HEADS]),
        offsets=np.array([calibration[head.name][1] for head in HEADS]),
        thresholds=dict(about["thresholds"]),
    )


def written(model: Trained) -> dict[str, bytes]:
    """The files of a model; the same model gives the same bytes."""
    vocabulary = model.vocabulary
    names = {
        **{name: list(getattr(vocabulary, name)) for name in _LISTS},
        "runs": len(vocabulary.runs),
        "loose": len(vocabulary.loose),
        "heads": [head.name for head in HEADS],
    }
    arrays: dict[str, NDArray[Any]] = {
        "weights": _whole(model.weights),
        "shifts": _whole(model.shifts),
        "idf": _whole(vocabulary.idf),
        "pairs": vocabulary.pairs,
        **{f"runs{at}": some for at, some in enumerate(vocabulary.runs)},
        **{f"loose{at}": some for at, some in enumerate(vocabulary.loose)},
    }
    text = json.dumps(names, ensure_ascii=False, indent=0) + "\n"
    return {VOCABULARY: text.encode(), WEIGHTS: _npz(arrays)}


def weights_hash(model: Trained) -> str:
    """SHA-256 over the rounded numbers and the names, whatever the compression of the file."""
    summed = hashlib.sha256()
    for some in (_whole(model.weights), _whole(model.shifts), _whole(model.vocabulary.idf)):
        summed.update(some.astype("<i4").tobytes())
    summed.update(written_names(model))
    return summed.hexdigest()


def written_names(model: Trained) -> bytes:
    vocabulary = model.vocabulary
    names = [list(getattr(vocabulary, name)) for name in _LISTS]
    keys = [some.tolist() for some in (vocabulary.pairs, *vocabulary.runs, *vocabulary.loose)]
    return json.dumps([names, keys]).encode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _whole(values: Any) -> NDArray[np.int32]:
    """Numbers of four decimals as whole ten-thousandths, exact and small."""
    return np.round(np.asarray(values) * SCALE).astype(np.int32)


def _npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """As numpy writes it, but without the time of day."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, values in arrays.items():
            one = io.BytesIO()
            np.lib.format.write_array(one, np.ascontiguousarray(values), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, one.getvalue())
    return held.getvalue()


def _bytes(place: Place, name: str) -> bytes:
    try:
        return (place / name).read_bytes()
    except OSError:
        raise ModelUnavailable(
            f"Van het model {place.name} ontbreekt {name}. Installeer Klankbord opnieuw, of maak "
            "het met 'klankbord model train'. Tot die tijd werkt '--labeller rules'.",
            file=name,
        ) from None


def _damaged(name: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"{name} van het model is niet het bestand dat bij het manifest hoort. Installeer "
        "Klankbord opnieuw, of maak het model met 'klankbord model train'. Tot die tijd werkt "
        "'--labeller rules'.",
        file=name,
    )
