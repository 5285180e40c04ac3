"""The chart "online gesprekken in een gemeente": the conversation per local day, with what happened.

Moments, own posts and peaks stand on the same local days as the line, so that they align whatever
the clocks did (R16, R22).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dashboards import numbers
from dashboards.figures import INK, QUIET, THIS_DAY, Chart, _plain, _spec

MOMENT, OWN, PEAK = "#8a5a00", "#22643c", "#9c1c1c"


def chart(
    days: Sequence[tuple[date, int, int]],
    moments: Mapping[date, Sequence[str]],
    peaks: Mapping[date, str],
) -> Chart:
    """`days` are (local day, posts, own posts), oldest first; `peaks` give the cause in words."""
    ticks = [numbers.short_day(day) for day, _, _ in days]
    posts = [n for _, n, _ in days]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines", "name": "Berichten", "x": _plain(ticks), "y": posts,
            "line": {"color": THIS_DAY, "width": 2, "shape": "linear"},
            "fill": "tozeroy", "fillcolor": "rgba(29,79,107,0.12)",
            "hovertemplate": "%{x}: %{y} berichten<extra></extra>",
        },
        _marks("Moment", "diamond", MOMENT, days, {d: "; ".join(t) for d, t in moments.items()}),
        _marks(
            "Eigen bericht", "square", OWN, days,
            {day: numbers.some(own, "eigen bericht", "eigen berichten") for day, _, own in days if own},
            low=True,
        ),
        _marks("Piek", "triangle-up", PEAK, days, peaks),
    ]  # fmt: skip
    spec = _spec([trace for trace in traces if trace["x"]], legend=True)
    spec["layout"]["xaxis"] |= {
        "categoryorder": "array",
        "categoryarray": _plain(ticks),
        "nticks": 15,
    }
    spec["layout"]["shapes"] = [
        {
            "type": "line", "x0": tick, "x1": tick, "y0": 0, "y1": 1, "yref": "paper",
            "line": {"color": MOMENT, "width": 1, "dash": "dot"},
        }
        for (day, _, _), tick in zip(days, _plain(ticks), strict=True)
        if day in moments
    ]  # fmt: skip
    spec["layout"]["font"]["color"] = INK
    return Chart(
        name="tijdlijn",
        title="Online gesprekken in de gemeente",
        caption="Berichten per dag, met de momenten, onze eigen berichten en de pieken.",
        spec=spec,
        head=("Dag", "Berichten", "Eigen berichten", "Moment", "Piek"),
        rows=tuple(
            (
                tick, numbers.number(n), numbers.number(own),
                "; ".join(moments.get(day, ())) or "–", peaks.get(day, "–"),
            )
            for tick, (day, n, own) in zip(ticks, days, strict=True)
        ),
    )  # fmt: skip


def _marks(
    name: str,
    symbol: str,
    colour: str,
    days: Sequence[tuple[date, int, int]],
    words: Mapping[date, str],
    *,
    low: bool = False,
) -> dict[str, Any]:
    found = [
        (numbers.short_day(day), 0 if low else n, words[day]) for day, n, _ in days if day in words
    ]
    return {
        "type": "scatter", "mode": "markers", "name": name,
        "x": _plain([tick for tick, _, _ in found]), "y": [n for _, n, _ in found],
        "text": _plain([text for _, _, text in found]),
        "marker": {"symbol": symbol, "color": colour, "size": 11, "line": {"color": QUIET, "width": 0}},
        "hovertemplate": "%{x}: %{text}<extra></extra>",
    }  # fmt: skip
