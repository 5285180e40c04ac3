"""The report as plain text: one to two pages that an adviser reads at eight."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from analysis import report_lines, scheme
from analysis.asked import NOT_PUT, returned_lead
from analysis.dutch import long_date, moment, number, signed, some
from analysis.records import DAMAGE_CONTROL, INFORMATION_NEED, SENSE_MAKING

WIDTH = 88
GROUPS = {
    "journalists": "pers",
    "politicians": "politici en fracties",
    "action_groups": "actiegroepen",
    "organisations": "organisaties",
    "officers": "wijkagenten en hulpdiensten",
    "municipalities": "andere gemeenten",
    "own": "de gemeente zelf",
    "unknown": "op geen lijst",
}
PHASES = {"before": "voor het besluit", "during": "tijdens de opvang", "after": "na de opvang"}


def render(
    document: Mapping[str, Any], interpretation: str = "", approved_by: str | None = None
) -> str:
    """The document of contracts.md as text; hostile titles come out flat, nothing is quoted."""
    blocks = document["blocks"]
    parts: list[Sequence[str]] = [
        _head(document, approved_by),
        _section("Kern", _paragraphs(blocks["core"])),
        _section("Kerncijfers", _figures(blocks["key_figures"])),
        _section("Informatiebehoefte: wat mensen willen weten", _asked(blocks[INFORMATION_NEED])),
        _section("Betekenisgeving: wat mensen vinden en voelen", _felt(blocks[SENSE_MAKING])),
        _section("Schadebeperking: wat mensen doen", _done(blocks[DAMAGE_CONTROL])),
    ]
    if "chances" in blocks:  # editions of an older release stop here
        parts += [
            _section("Kansen", _paragraphs(report_lines.chances(blocks["chances"]))),
            _section("Wie en waar", _who_and_where(blocks)),
            _section(
                "Onze berichten en hoe ze landden", _paragraphs(report_lines.own(blocks["own"]))
            ),
            _section("Over de tijd", _paragraphs(report_lines.over_time(blocks))),
        ]
    if "diagnosis" in blocks:
        parts += [
            _section("Diagnose", _paragraphs(report_lines.diagnosis(blocks["diagnosis"]))),
            _section("Initiatieven", _paragraphs(report_lines.initiatives(blocks["initiatives"]))),
        ]
    parts.append(_section("Accent voor de communicatie", _advice(blocks.get("advice", ()))))
    if interpretation.strip():
        parts.append(_section("Duiding", _paragraphs(interpretation.splitlines())))
    parts += [
        _section(
            "Wat eraan komt",
            [*_ahead(blocks["moments"]), *_wrapped(f"Ritme: {blocks['cadence']}")]
            if "cadence" in blocks
            else _ahead(blocks["moments"]),
        ),
        _section("Bronnen en volledigheid", _sources(document)),
        _section("Verantwoording", _account(document)),
    ]
    return "\n".join(line.rstrip() for part in parts for line in part) + "\n"


def _flat(value: object) -> str:
    """One line without control or direction signs."""
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in str(value))
    return " ".join(text.split())


def _wrapped(text: str, first: str = "", more: str = "") -> list[str]:
    return textwrap.wrap(
        _flat(text), WIDTH, initial_indent=first, subsequent_indent=more or " " * len(first)
    )


def _paragraphs(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in _wrapped(text)]


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title.upper(), *(lines or ["Niets te melden."])]


def _head(document: Mapping[str, Any], approved_by: str | None) -> list[str]:
    day = date.fromisoformat(document["date"])
    state = (
        f"Goedgekeurd door {_flat(approved_by)}"
        if document["status"] == "approved" and approved_by
        else "CONCEPT - nog niet goedgekeurd"
    )
    following = document["blocks"]["moments"]["next"]
    lines = [
        f"OMGEVINGSANALYSE {long_date(day)}",
        *_wrapped(f"{document['organisation']}: {document['title']}"),
        f"Fase: {PHASES.get(document['phase'], document['phase'])}. "
        f"Editie {document['edition']}. {state}.",
    ]
    if "late_since" in document:
        at = moment(datetime.fromisoformat(document["late_since"]))
        lines += _wrapped(f"Te laat gemaakt: dit verslag had er {at} moeten zijn.")
    if "correction" in document:
        lines += _paragraphs(report_lines.correction(document["correction"]))
    if following:
        at = moment(datetime.fromisoformat(following["at"]))
        lines += _wrapped(f"Eerstvolgend moment: {following['title']}, {at}.")
    return [*lines, document["blocks"]["caveat"]]


def _figures(block: Mapping[str, Any]) -> list[str]:
    lines = [f"{'':<40}{'aantal':>8}{'dag ervoor':>14}{'7 dagen ervoor':>18}"]
    for row in block["rows"]:
        before = "-" if row["change_previous"] is None else signed(row["change_previous"])
        usual = "-" if row["change_base"] is None else signed(row["change_base"])
        lines.append(f"{_flat(row['label']):<40}{number(row['value']):>8}{before:>14}{usual:>18}")
    basis = (
        f"De laatste kolom vergelijkt met het {block['base_text']}."
        if block["base_days"] >= 7
        else f"Zeven dagen ervoor: {block['base_text']}."
    )
    lines += _wrapped(basis)
    feeling = block["sentiment"]
    lines += _wrapped(
        f"Toon van {some(feeling['n'], 'beoordeeld bericht', 'beoordeelde berichten')}: "
        f"{number(feeling['positief'])} positief, {number(feeling['neutraal'])} neutraal, "
        f"{number(feeling['negatief'])} negatief."
    )
    side = block["stance"]
    lines += _wrapped(
        f"Standpunt over deze opvang (n = {number(side['n'])}): {number(side['pro'])} voor, "
        f"{number(side['contra'])} tegen, {number(side['gemengd'])} gemengd, "
        f"{number(side['neutraal'])} neutraal, {number(side['onduidelijk'])} onduidelijk."
    )
    place = block["locality"]
    lines += _wrapped(
        f"Herkomst van afzenders: {number(place['local'])} lokaal, {number(place['outside'])} van "
        f"buiten, {number(place['unknown'])} onbekend."
    )
    if block["per_1000"] is not None:
        lines += _wrapped(
            f"Per 1.000 inwoners: {number(float(block['per_1000']))} berichten "
            "(om gemeenten te vergelijken)."
        )
    return lines


def _returned(block: Mapping[str, Any]) -> list[str]:
    """The questions that came back, in a person's words where there are any."""
    lines = _wrapped(f"{number(block['distinct'])} {returned_lead(block)}")
    for one in block["list"]:
        words = one["paraphrase"] or f"over {one['label'].lower()}, {NOT_PUT}"
        lines += _wrapped(f"{number(one['n'])} keer: {words} ({one['kind']}{_answered(one)})", "- ")
    return lines


def _asked(block: Mapping[str, Any]) -> list[str]:
    lines = [some(block["n"], "bericht", "berichten").capitalize() + "."]
    if "clusters" in block and block["clusters"]["distinct"]:
        lines += [*_returned(block["clusters"]), "Per onderwerp:"]
    for question in block["questions"][:10]:
        lines += _wrapped(
            f"{question['label']}: {some(question['n'], 'vraag', 'vragen')} ({question['kind']}"
            f"{_answered(question)})"
            + (f" {question['paraphrase']}" if question.get("paraphrase") else ""),
            "- ",
        )
    if len(block["questions"]) > 10:
        lines.append(f"- en nog {len(block['questions']) - 10} andere onderwerpen")
    lines += _wrapped(
        f"Geruchten, onbevestigd: {number(block['rumours'])}. "
        f"Gemis aan informatie: {number(block['lacking'])}."
    )
    for rumour in block.get("register", ())[:10]:
        lines += _wrapped(f"Gerucht: {rumour['claim']} ({rumour['status']})", "- ")
    return lines


def _answered(question: Mapping[str, Any]) -> str:
    said = {"ja": "beantwoord", "nog niet bekend": "nog niet bekend"}
    if "answered" not in question:
        return ""
    return f", {said.get(question['answered'], 'nog niet beantwoord')}"


def _felt(block: Mapping[str, Any]) -> list[str]:
    lines = [some(block["n"], "bericht", "berichten").capitalize() + "."]
    if block["emotions"]:
        lines += _wrapped("Emoties: " + _row((e["label"], e["n"]) for e in block["emotions"]) + ".")
    if block["criticism"]:
        lines += _wrapped(
            "Kritiek, en op wie: " + _row((c["label"], c["n"]) for c in block["criticism"]) + "."
        )
    if "administrators" in block:
        lines += _wrapped(report_lines.reasons(block["administrators"]))
    lines += _wrapped(
        f"Vergelijkingen met vroeger of elders: {number(block['frames'])}. "
        f"Steun en complimenten: {number(block['support'])}."
    )
    if block["terms"]:
        lines += _wrapped(
            "Woorden die vallen: " + _row((t["term"], t["n"]) for t in block["terms"]) + "."
        )
    return lines


def _done(block: Mapping[str, Any]) -> list[str]:
    lines = [some(block["n"], "bericht", "berichten").capitalize() + "."]
    lines += _wrapped(
        f"Vreedzame oproepen: {number(block['calls'])}. Aanbod van hulp: {number(block['offers'])}. "
        f"Gemelde voorvallen: {number(block['incidents'])}. "
        f"Zelfredzaamheid en mijden: {number(block['self_help'])}."
    )
    lines += _wrapped(
        f"Nog te beoordelen als mogelijke dreiging, opruiing of haat: "
        f"{number(block['threat_candidates'])} (tellen hierboven niet mee)."
    )
    return lines


def _who_and_where(blocks: Mapping[str, Any]) -> list[str]:
    figures = blocks["key_figures"]
    lines = [*report_lines.where(blocks["where"])]
    if "per_source" in figures:
        lines += report_lines.voices(figures, GROUPS)
    return _paragraphs(lines)


def _advice(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        line
        for row in rows
        for line in _wrapped(
            f"{scheme.LABEL_TITLES.get(row['label'], row['label'])} ({row['owner']}"
            f"{', ' + row['deadline'] if row.get('deadline') else ''}): "
            f"{_because(row)}{row['text']}",
            "- ",
        )
    ]


def _because(row: Mapping[str, Any]) -> str:
    parts = [f"{number(part['n'])} {part['words']}" for part in row.get("because", ())]
    return f"{', '.join(parts)}. " if parts else ""


def _ahead(block: Mapping[str, Any]) -> list[str]:
    return [
        line
        for row in block["list"]
        for line in _wrapped(f"{moment(datetime.fromisoformat(row['at']))}: {row['title']}", "- ")
    ] or ["Geen bepalend moment in de komende 72 uur."]


def _sources(document: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    titles = {source["slug"]: source["title"] for source in document["sources"]}
    for source in document["sources"]:
        lines += _wrapped(
            f"{source['title']}: {some(source['posts'], 'bericht', 'berichten')}"
            + (
                ""
                if source["reason"] in ("ok", "not-modified", "empty")
                else ", gaf geen goed antwoord"
            ),
            "- ",
        )
    for gap in document["gaps"]:
        until = f"tot {moment(datetime.fromisoformat(gap['to']))}" if gap["to"] else "nog open"
        since = moment(datetime.fromisoformat(gap["from"]))
        lines += _wrapped(
            f"Gat bij {titles.get(gap['source'], gap['source'])}: vanaf {since}, {until}. {gap['reason']}.",
            "- ",
        )
    late = document["blocks"]["late"]
    if late["n"]:
        days = ", ".join(f"{number(d['n'])} van {d['date']}" for d in late["per_date"])
        lines += _wrapped(f"Nagekomen: {some(late['n'], 'bericht', 'berichten')} ({days}).")
    unseen = ", ".join(_flat(row["platform"]) for row in document["not_seen"])
    lines += _wrapped(f"Niet gezien: {unseen}.")
    return lines


def _account(document: Mapping[str, Any]) -> list[str]:
    account = document["blocks"]["account"]
    lines = _wrapped(
        f"Zoekopdracht versie {document['query_number']}; labels van {account['labeller']} volgens "
        f"gids {account['guide']}. Door een medewerker nagekeken: {number(account['by_person'])} "
        f"van {some(document['counts']['posts'], 'bericht', 'berichten')}."
    )
    if "doubtful" in account:
        lines += _wrapped(report_lines.sureness(account, document["counts"]["posts"]))
    lines += _wrapped(account["doubt_note"])
    own, news = document["blocks"]["own_posts"], document["blocks"]["coverage"]
    lines += _wrapped(
        f"Eigen berichten van de gemeente ({number(own)}) tellen niet mee. Nieuwsberichten zonder "
        f"oordeel: {number(news)}. Berichten van inwoners worden niet aangehaald."
    )
    return [*lines, f"Controlegetal: {document['hash'][:16]}"]


def _row(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{_flat(name).casefold()} {number(n)}" for name, n in pairs)
