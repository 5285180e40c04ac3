"""What was asked, for the report: by theme, and the questions that came back (R9, R13, R31)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis import questions, scheme
from analysis.records import INFORMATION_NEED, ReportPost
from analysis.recount import document_seal

TOP = 5
NOT_PUT = "nog niet in onze woorden gezet"
FACTUAL, POLITICAL = frozenset({"I1", "I2", "I6"}), frozenset({"I3"})


def is_asked(row: ReportPost) -> bool:
    return row.is_question and row.status == "gelabeld"


def theme_of(row: ReportPost) -> str:
    """What a person says that the cluster is about, else what the labeller says of the post."""
    return row.asked_theme or row.theme or questions.OTHER


def by_theme(
    rows: Sequence[ReportPost],
    answered: Mapping[str, str],
    paraphrases: Mapping[str, str],
    titles: Mapping[str, str],
) -> list[dict[str, Any]]:
    """A line per theme, most asked first and the rest last; a question asked once has one too."""
    asked: dict[str, list[ReportPost]] = {}
    for row in rows:
        if is_asked(row):
            asked.setdefault(theme_of(row), []).append(row)
    return [
        {
            "theme": theme,
            "label": _label(theme, titles),
            "n": len(several),
            "kind": _kind(several),
            "answered": answered.get(theme, "nee"),
            "paraphrase": paraphrases.get(theme, ""),
        }
        for theme, several in sorted(
            asked.items(), key=lambda item: (item[0] == questions.OTHER, -len(item[1]), item[0])
        )
    ]


def clusters(
    rows: Sequence[ReportPost],
    answered: Mapping[str, str],
    wording: Mapping[str, str],
    titles: Mapping[str, str],
) -> dict[str, Any]:
    """The questions that came back or that a person put into words, most asked first.

    `distinct` counts every different question, also those asked once; `wording` is by cluster.
    """
    asked: dict[str, list[ReportPost]] = {}
    for row in rows:
        if is_asked(row) and row.asks:
            asked.setdefault(row.asks, []).append(row)
    found = []
    for name, several in sorted(asked.items(), key=lambda item: (-len(item[1]), item[0])):
        theme = questions.theme_of([theme_of(row) for row in several])
        if len(several) > 1 or name in wording:
            found.append(
                {
                    "cluster": name,
                    "theme": theme,
                    "label": _label(theme, titles),
                    "n": len(several),
                    "kind": _kind(several),
                    "answered": answered.get(theme, "nee"),
                    "paraphrase": wording.get(name, ""),
                }
            )
    return {"distinct": len(asked), "returned": len(found), "list": found[:TOP]}


def returned_lead(block: Mapping[str, Any]) -> str:
    """What follows the number of different questions (at least one): which of them stand below."""
    different = "verschillende vraag" if block["distinct"] == 1 else "verschillende vragen"
    if not block["list"]:
        return f"{different}; geen daarvan kwam terug."
    shown = (
        f"hieronder de {len(block['list'])} die het meest terugkwamen"
        if block["returned"] > len(block["list"])
        else "hieronder wat terugkwam of al in onze woorden staat"
    )
    return f"{different}; {shown}."


def one_of_each(rows: Sequence[ReportPost]) -> list[ReportPost]:
    """The newest post of every different question: as many as there are."""
    newest: dict[str, ReportPost] = {}
    for row in sorted(rows, key=lambda row: (row.published_at, row.post_key)):
        if is_asked(row) and row.asks:
            newest[row.asks] = row
    return list(newest.values())


def with_clusters(document: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """A draft with its clusters as `clusters` tells them now, under a new seal; the hash stands."""
    block = document["blocks"][INFORMATION_NEED]
    if "clusters" not in block:
        return dict(document)
    asked = {**block, "clusters": dict(found)}
    changed = {**document, "blocks": {**document["blocks"], INFORMATION_NEED: asked}}
    return {**changed, "seal": document_seal(changed)}


def _label(theme: str, titles: Mapping[str, str]) -> str:
    if theme in titles:
        return titles[theme]
    return "Overige vragen" if theme == questions.OTHER else scheme.THEMES.get(theme, theme)


def _kind(rows: Sequence[ReportPost]) -> str:
    """Who can answer: webcare a fact, an administrator a choice (handreiking 6.1, R9)."""
    codes = {code for row in rows for code in row.sub_labels}
    factual, political = bool(codes & FACTUAL), bool(codes & POLITICAL)
    if factual and political:
        return "gemengd"
    return "bestuurlijk" if political else "feitelijk"
