"""Evaluations, verdicts and the fairness table as Dutch text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.evaluation import Evaluation, Score
from analysis.fairness import Changed
from analysis.promotion import Verdict

MOST_SHOWN = 20


def evaluation(measured: Evaluation) -> str:
    """Scores with their 95 % interval, calibration error and slices."""
    lines = [
        f"{measured.n} berichten; tussen haakjes het interval waar 95 % van de trekkingen valt"
    ]
    lines += [_line(name, score) for name, score in measured.scores.items()]
    lines += ["", "Kalibratiefout (0 = een kans van 70 % klopt in 7 van de 10 gevallen)"]
    lines += [f"  {label:<34} {error:.3f}" for label, error in measured.calibration.items()]
    if measured.slices:
        lines += ["", "Per soort bericht: aandeel juiste I/B/S-beslissingen"]
        lines += [_line(name, score) for name, score in measured.slices.items()]
    return "\n".join(lines) + "\n"


def _line(name: str, score: Score) -> str:
    return f"  {name:<34} {score.value:.3f}  ({score.low:.3f}-{score.high:.3f})  n={score.n}"


def fairness(rows: Sequence[Changed]) -> str:
    """What naming a group changes in neutral and friendly sentences."""
    lines = ["Wat verandert als er een groep staat in plaats van 'mensen'"]
    lines += [f"  {'woord':<16} {'zinnen':>6} {'negatief':>9} {'dreiging':>9} {'labels':>7}"]
    lines += [
        f"  {row.identity:<16} {row.sentences:>6} {row.negative:>9} {row.threats:>9} {row.labels:>7}"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def verdict(found: Verdict) -> str:
    """The diff of a candidate and whether it passes the gate."""
    lines = [f"{len(found.differences)} van {found.after.n} berichten krijgen een ander label."]
    for one in found.differences[:MOST_SHOWN]:
        before, after = (" ".join(codes) or "geen" for codes in (one.before, one.after))
        lines.append(f"  {one.id:<10} {before:<16} -> {after}")
    if len(found.differences) > MOST_SHOWN:
        lines.append(f"  en nog {len(found.differences) - MOST_SHOWN}")
    for name, score in found.after.scores.items():
        if name.endswith("F1") and not name.startswith("vergelijk"):
            old = found.before.scores[name].value
            lines.append(f"  {name:<30} {old:.3f} -> {score.value:.3f}")
    lines += [f"Bezwaar: {objection}" for objection in found.objections]
    lines.append("Door de poort." if found.passes else "Niet door de poort.")
    return "\n".join(lines)
