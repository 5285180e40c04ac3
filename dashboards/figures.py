"""The charts of the report as plain JSON for plotly.js, each with the table that says the same.

plotly is imported when a chart is made, not when this module is. Names, hovers and ticks carry no
markup: plotly.js would read `<b>` or `<a>` in them, so angle brackets are replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.records import DAMAGE_CONTROL, INFORMATION_NEED, LABELS, SENSE_MAKING
from analysis.scheme import LABEL_TITLES
from dashboards import numbers
from dashboards.wording import LETTERS

#: The same colours as the tokens in static/klankbord.css; each label has a sign and a dash as well.
INK, QUIET, GRID = "#1b2733", "#51606e", "#dfe4e8"
COLOURS = {INFORMATION_NEED: "#1f5fa8", SENSE_MAKING: "#7a3e93", DAMAGE_CONTROL: "#8a5a00"}
SYMBOLS = {INFORMATION_NEED: "circle", SENSE_MAKING: "square", DAMAGE_CONTROL: "diamond"}
DASHES = {INFORMATION_NEED: "solid", SENSE_MAKING: "dash", DAMAGE_CONTROL: "dot"}
THIS_DAY, OTHER_DAYS = "#1d4f6b", "#9fb6c3"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
CONFIG = {"displayModeBar": False, "responsive": True, "doubleClick": False, "scrollZoom": False}


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure: `spec` is {data, layout, config} for plotly.js; `head` and `rows` are its table."""

    name: str
    title: str
    caption: str
    spec: Mapping[str, Any]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def charts(document: Mapping[str, Any]) -> list[Chart]:
    """The charts of one report document (contracts.md): volume, and the labels over time."""
    figures = document["blocks"]["key_figures"]
    return [volume(figures["per_day"], str(document["date"])), labels(figures)]


def volume(per_day: Sequence[Mapping[str, Any]], today: str) -> Chart:
    """Posts per local day, at most fourteen; the day of the report is the dark bar."""
    days = [numbers.short_day(row["date"]) for row in per_day]
    colours = [THIS_DAY if row["date"] == today else OTHER_DAYS for row in per_day]
    trace = {
        "type": "bar",
        "name": "Berichten",
        "x": _plain(days),
        "y": [row["posts"] for row in per_day],
        "marker": {"color": colours},
        "hovertemplate": "%{x}: %{y} berichten<extra></extra>",
        "text": [numbers.number(row["posts"]) for row in per_day],
        "textposition": "outside",
        "cliponaxis": False,
    }
    return Chart(
        name="volume",
        title="Berichten per dag",
        caption="Getelde berichten per dag. De donkere staaf is de dag van dit verslag.",
        spec=_spec([trace], legend=False),
        head=("Dag", "Berichten", "Vragen", "Zonder label"),
        rows=tuple(
            (day, *(numbers.number(row[key]) for key in ("posts", "questions", "none")))
            for day, row in zip(days, per_day, strict=True)
        ),
    )


def labels(figures: Mapping[str, Any]) -> Chart:
    """I, B and S per day; per hour of the day itself while there is only one day."""
    per_day = figures["per_day"]
    if len(per_day) > 1:
        ticks = [numbers.short_day(row["date"]) for row in per_day]
        return _labels(per_day, ticks, "Dag", "Labels per dag")
    per_hour = figures["per_hour"]
    ticks = [f"{row['hour']:02d} uur" for row in per_hour]
    return _labels(per_hour, ticks, "Uur", "Labels per uur")


def _labels(
    series: Sequence[Mapping[str, Any]], ticks: Sequence[str], unit: str, title: str
) -> Chart:
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": f"{LETTERS[label]} {LABEL_TITLES[label]}",
            "x": _plain(ticks),
            "y": [row[label] for row in series],
            "line": {"color": COLOURS[label], "dash": DASHES[label], "width": 2},
            "marker": {"color": COLOURS[label], "symbol": SYMBOLS[label], "size": 8},
            "hovertemplate": f"%{{x}}: %{{y}} {LABEL_TITLES[label].lower()}<extra></extra>",
        }
        for label in LABELS
    ]
    return Chart(
        name="labels",
        title=title,
        caption="Een bericht kan meer dan één label hebben en telt dan bij elk label mee.",
        spec=_spec(traces, legend=True),
        head=(unit, *(f"{LETTERS[label]} {LABEL_TITLES[label]}" for label in LABELS)),
        rows=tuple(
            (tick, *(numbers.number(row[label]) for label in LABELS))
            for tick, row in zip(ticks, series, strict=True)
        ),
    )


def _spec(traces: list[dict[str, Any]], *, legend: bool) -> dict[str, Any]:
    import plotly.graph_objects as go

    axis = {"color": QUIET, "gridcolor": GRID, "zerolinecolor": GRID, "fixedrange": True}
    figure = go.Figure(
        data=traces,
        layout={
            "template": "none",
            "autosize": True,
            "height": 280,
            "barmode": "group",
            "bargap": 0.25,
            "showlegend": legend,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 44, "r": 8, "t": 28, "b": 56},
            "paper_bgcolor": "#ffffff",
            "plot_bgcolor": "#ffffff",
            "font": {"family": FONT, "size": 13, "color": INK},
            "xaxis": {**axis, "type": "category", "showgrid": False, "automargin": True},
            "yaxis": {**axis, "rangemode": "tozero", "tickformat": ",d", "automargin": True},
            "separators": ",.",
            "dragmode": False,
        },
    ).to_plotly_json()
    figure["layout"].pop("template", None)
    return {"data": figure["data"], "layout": figure["layout"], "config": CONFIG}


def _plain(words: Sequence[str]) -> list[str]:
    return [word.translate({ord("<"): "‹", ord(">"): "›"}) for word in words]
