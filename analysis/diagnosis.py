"""The diagnosis in three aspects and the initiatives on both sides (handreiking 7.1 and 3; R15, R5).

Figures come from the counted posts, each with the name under which its posts are found. What police,
COA or colleagues know is written down by a person and stands beside the figures as a statement: from
whom it is, who noted it and when. Statements are never counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from analysis.days import DayCounts
from analysis.enough import LEAST, too_few
from analysis.records import ReportPost
from analysis.recount import document_seal
from analysis.sides import AGAINST, FOR, SIDES, per_side

ISSUE, PEOPLE, CONTEXT = "vraagstuk", "betrokkenen", "context"
ASPECTS = {
    ISSUE: "Het vraagstuk en wat het met de gemeenschap doet",
    PEOPLE: "Wie erbij betrokken zijn, ook van buiten",
    CONTEXT: "De context, ook landelijk en internationaal",
}
#: What a person may write a statement about.
SUBJECTS = (*ASPECTS, f"initiatief-{FOR}", f"initiatief-{AGAINST}")
#: How far back the initiatives of earlier days are added up, and how many statements a report shows.
LOOK_BACK_DAYS, MOST_SAID = 28, 6


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody knows: `origin` said it, `by` wrote it down, `at` is when (ISO 8601)."""

    subject: str
    origin: str
    text: str
    by: str
    at: str


def initiatives(
    rows: Sequence[ReportPost],
    earlier: Sequence[DayCounts],
    day: date,
    said: Sequence[Statement] = (),
) -> dict[str, Any]:
    """Offers and calls for and against: of this day, of the four weeks before, and known by hand."""
    today = per_side(rows)
    before = [
        one.detail["initiatives"]
        for one in earlier
        if 0 < (day - one.date).days <= LOOK_BACK_DAYS and "initiatives" in one.detail
    ]
    return {
        "n": sum(today.values()),
        "sides": [
            {
                "side": side,
                "label": label,
                "n": today[side],
                "before": sum(one[side] for one in before),
                "said": _said(said, f"initiatief-{side}"),
            }
            for side, label in SIDES.items()
        ],
        "days_before": len(before),
        "note": ""
        if any(today.values())
        else "In de berichten van deze dag is geen initiatief voor of tegen de opvang gezien.",
    }


def diagnosis(
    rows: Sequence[ReportPost],
    labels: Mapping[str, Mapping[str, Any]],
    figures: Mapping[str, Any],
    domains: Sequence[Mapping[str, Any]],
    coverage: int,
    said: Sequence[Statement] = (),
) -> dict[str, Any]:
    """Three aspects, each with the figures that speak of it and what people stated about it."""
    found = {
        ISSUE: _issue(labels),
        PEOPLE: _people(figures),
        CONTEXT: _context(labels, domains, coverage),
    }
    n = len(rows)
    return {
        "n": n,
        "aspects": [
            {
                "aspect": aspect,
                "label": label,
                "figures": found[aspect] if n >= LEAST else [],
                "note": _note(aspect, found[aspect], n),
                "said": _said(said, aspect),
            }
            for aspect, label in ASPECTS.items()
        ],
    }


def with_statements(document: Mapping[str, Any], said: Sequence[Statement]) -> dict[str, Any]:
    """A draft with the statements of now, under a new seal; no number and no hash changes."""
    blocks = dict(document["blocks"])
    if "diagnosis" in blocks:
        blocks["diagnosis"] = {
            **blocks["diagnosis"],
            "aspects": [
                {**one, "said": _said(said, one["aspect"])}
                for one in blocks["diagnosis"]["aspects"]
            ],
        }
        blocks["initiatives"] = {
            **blocks["initiatives"],
            "sides": [
                {**one, "said": _said(said, f"initiatief-{one['side']}")}
                for one in blocks["initiatives"]["sides"]
            ],
        }
    changed = {**document, "blocks": blocks}
    return {**changed, "seal": document_seal(changed)}


def without_statements(blocks: Mapping[str, Any]) -> dict[str, Any]:
    """The blocks for who may see numbers alone."""
    told = with_statements({"blocks": blocks}, ())["blocks"]
    return dict(told)


def _said(said: Sequence[Statement], subject: str) -> list[dict[str, str]]:
    """The newest statements on a subject; the field that says which one is left out."""
    return [
        {name: value for name, value in asdict(one).items() if name != "subject"}
        for one in said
        if one.subject == subject
    ][:MOST_SAID]


def _about(aspect: str) -> str:
    return {
        ISSUE: "het vraagstuk en wat het doet",
        PEOPLE: "wie erbij betrokken zijn",
        CONTEXT: "de context",
    }[aspect]


def _issue(labels: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    asked = labels["informatiebehoefte"]["questions"][:2]
    feelings = {one["emotion"]: one["n"] for one in labels["betekenisgeving"]["emotions"]}
    codes = {**labels["betekenisgeving"]["sub"], **labels["schadebeperking"]["sub"]}
    return _figures(
        [
            (f"Vragen over {one['label'].lower()}", one["n"], f"question:{one['theme']}")
            for one in asked
        ]
        + [
            ("Kritiek op bestuur of proces", codes["B3"], "code:B3"),
            ("Angst", feelings.get("angst", 0), "emotion:angst"),
            ("Spanning tussen groepen", codes["B6"], "code:B6"),
            ("Zelfredzaamheid en mijden", codes["S5"], "code:S5"),
            ("Gemelde voorvallen", codes["S7"], "code:S7"),
        ]
    )


def _people(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    groups = {
        "action_groups": "Actiegroepen",
        "politicians": "Politici en fracties",
        "organisations": "Organisaties",
    }
    place = figures["locality"]
    return _figures(
        [(label, figures["groups"].get(name, 0), f"group:{name}") for name, label in groups.items()]
        + [
            ("Afzender van buiten de gemeente", place["outside"], "locality:outside"),
            ("Afzender uit de gemeente", place["local"], "locality:local"),
            ("Herkomst onbekend", place["unknown"], "locality:unknown"),
        ]
    )


def _context(
    labels: Mapping[str, Mapping[str, Any]], domains: Sequence[Mapping[str, Any]], coverage: int
) -> list[dict[str, Any]]:
    meaning = labels["betekenisgeving"]
    aimed = {one["target"]: one["n"] for one in meaning["criticism"]}
    return _figures(
        [
            ("Nieuwsberichten zonder oordeel", coverage, "coverage"),
            ("Vergelijkingen met vroeger of elders", meaning["frames"], "code:B4"),
            ("Kritiek op het Rijk", aimed.get("rijk", 0), "criticism:rijk"),
            ("Kritiek op het COA", aimed.get("coa", 0), "criticism:coa"),
        ]
        + [
            (f"Links naar {one['domain']}", one["n"], f"domain:{one['domain']}")
            for one in domains[:2]
        ]
    )


def _figures(rows: Iterable[tuple[str, int, str]]) -> list[dict[str, Any]]:
    """What was seen at all; a row of zeroes tells nobody anything."""
    return [{"label": label, "n": n, "behind": name} for label, n, name in rows if n]


def _note(aspect: str, figures: Sequence[Mapping[str, Any]], n: int) -> str:
    if n < LEAST:
        return too_few(_about(aspect), n)
    return "" if figures else "In de berichten van deze dag is hierover niets gezien."
