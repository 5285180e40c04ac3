"""`klankbord model` from the shell: measure, card, gate; training itself is tested as a value."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis import evaluation, fairness, labellers, model_text, promotion, release
from analysis.model import store
from analysis.records import Labelled
from app.cli.commands import app

ROOT = Path(__file__).parents[3]


def _ok(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_card_is_the_one_in_the_documents() -> None:
    card = store.card()
    assert card == (ROOT / "docs" / "model-card.md").read_text("utf-8")
    told = _ok("model", "card")
    assert "Geen bewoners, adviseurs of andere onafhankelijke mensen" in told
    facts = json.loads(_ok("model", "card", "--json"))
    assert facts["trained"] is True
    assert facts["manifest"]["model"] == store.manifest()["model"]
    assert store.manifest()["model"][:16] in card


def test_the_rules_have_a_card_too() -> None:
    assert "niet getraind" in _ok("model", "card", "--labeller", "rules")


def test_evaluate_tells_scores_baselines_calibration_and_fairness() -> None:
    facts = json.loads(_ok("model", "evaluate", "--set", "paraphrases", "--json"))
    assert facts["n"] == 67
    value, low, high, n = facts["scores"]["I/B/S macro-F1"]
    assert low <= value <= high
    assert n == 67
    assert "vergelijk: vraagteken, F1" in facts["scores"]
    assert set(facts["calibration_error"]) == set(facts["reliability"])
    assert {row["identity"] for row in facts["fairness"]} == set(fairness.IDENTITIES)
    text = _ok("model", "evaluate", "--set", "paraphrases", "--labeller", "rules")
    assert "Kalibratiefout" in text
    assert "in plaats van 'mensen'" in text


def test_evaluate_takes_an_own_file(tmp_path: Path) -> None:
    own = tmp_path / "eigen.jsonl"
    own.write_text('{"id": "1", "text": "Wie betaalt dit?", "status": "geen"}\n', "utf-8")
    assert json.loads(_ok("model", "evaluate", "--set", str(own), "--json"))["n"] == 1
    own.write_text("geen json\n", "utf-8")
    assert CliRunner().invoke(app, ["model", "evaluate", "--set", str(own)]).exit_code != 0


def test_the_model_in_use_passes_its_own_gate() -> None:
    facts = json.loads(_ok("model", "promote", "--from", str(store.shipped()), "--json"))
    assert facts == {"passes": True, "objections": [], "changed": [], "promoted": False}


def test_a_worse_candidate_is_refused_and_says_why() -> None:
    examples = release.shipped_examples("dev")
    now = labellers.get("ibs-nl").label([example.post for example in examples])
    worse = [Labelled(status="geen")] * len(now)
    verdict = promotion.weigh(examples, now, worse)
    assert not verdict.passes
    assert any("dreigingen" in one for one in verdict.objections)
    assert "Niet door de poort." in model_text.verdict(verdict)
    unsure = [replace(one, probabilities=dict.fromkeys(one.probabilities, 1.0)) for one in now]
    assert any("kansen" in one for one in promotion.weigh(examples, now, unsure).objections)
    assert promotion.weigh(examples, now, now).passes


def test_intervals_hold_the_score_and_shrink_with_more_posts() -> None:
    examples = release.shipped_examples("dev")
    told = labellers.get("rules").label([example.post for example in examples])
    all_of_them = evaluation.evaluate(examples, told).scores["status juist"]
    some = evaluation.evaluate(examples[:60], told[:60]).scores["status juist"]
    assert all_of_them.low <= all_of_them.value <= all_of_them.high
    assert some.high - some.low > all_of_them.high - all_of_them.low


@pytest.mark.parametrize("source", ["bestaat-niet", ""])
def test_a_candidate_that_is_not_there_is_one_clear_line(source: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["model", "promote", "--from", str(tmp_path / source)])
    assert done.exit_code != 0
