"""The later blocks of the report in plain sentences, for the text edition and the mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from analysis.dutch import listed, long_date, moment, number, some


def chances(block: Mapping[str, Any]) -> Iterator[str]:
    """Offers, support and open questions (R3)."""
    if not block["n"] and not block["open_questions"]:
        yield "Geen aanbod, steun of open vraag gezien."
        return
    yield (
        f"Aanbod van hulp: {number(block['offers'])}. Steun en complimenten: "
        f"{number(block['support'])}. Voor deze opvang: {number(block['in_favour'])}."
    )
    waiting = [f"‘{question['label'].lower()}’" for question in block["open_questions"]]
    if waiting:
        yield f"Vragen waar een antwoord kan helpen: {listed(waiting)}."


def diagnosis(block: Mapping[str, Any]) -> Iterator[str]:
    """The three aspects with their figures and what people stated (R15)."""
    for one in block["aspects"]:
        figures = [
            f"{row['label'][:1].lower()}{row['label'][1:]} {number(row['n'])}"
            for row in one["figures"]
        ]
        told = f"{', '.join(figures)} (n = {number(block['n'])})." if figures else one["note"]
        yield f"{one['label']}: {told}"
        yield from _statements(one["said"])


def initiatives(block: Mapping[str, Any]) -> Iterator[str]:
    """Offers and calls for and against (R5)."""
    if block["note"]:
        yield str(block["note"])
    for one in block["sides"]:
        if one["n"] or one["before"] or one["said"]:
            earlier = (
                f", in {some(block['days_before'], 'dag', 'dagen')} ervoor {number(one['before'])}"
                if block["days_before"]
                else ""
            )
            yield f"{one['label']}: {number(one['n'])} in berichten{earlier}."
        yield from _statements(one["said"])


def _statements(said: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Never counted: from whom it is, who noted it and when."""
    for one in said:
        at = moment(datetime.fromisoformat(one["at"]))
        yield f"* Volgens {one['origin']}: {one['text']} (genoteerd door {one['by']}, {at})"


def voices(figures: Mapping[str, Any], groups: Mapping[str, str]) -> Iterator[str]:
    """Who spoke, and how much was only passed on (R38, R40)."""
    if figures["groups"]:
        parts = [
            f"{groups.get(name, name).lower()} {number(n)}" for name, n in figures["groups"].items()
        ]
        yield f"Groepen volgens de accountlijsten: {', '.join(parts)}."
    if figures["per_source"]:
        parts = [f"{row['title']} {number(row['n'])}" for row in figures["per_source"][:6]]
        yield f"Bronnen: {', '.join(parts)}."
    yield reach(figures["statuses"])


def reach(statuses: Mapping[str, int]) -> str:
    """What can be said of reach: posts that were passed on without own words (guide D11)."""
    return (
        f"Doorgegeven zonder eigen woorden: {number(statuses.get('echo', 0))}. "
        "Hoeveel mensen een bericht zagen, is niet bekend."
    )


def where(block: Mapping[str, Any]) -> Iterator[str]:
    """Platforms, shifts and links (R33, R34)."""
    if block["platforms"]:
        parts = [f"{row['name']} {number(row['n'])}" for row in block["platforms"]]
        yield f"Platforms: {', '.join(parts)}."
    for row in block["shifts"][:4]:
        yield (
            f"Verschuiving: {row['name']} had {number(row['n'])} van {number(row['of'])} berichten, "
            f"in de zeven dagen ervoor {number(row['before'])} van {number(row['before_of'])}."
        )
    if block["shift_note"]:
        yield str(block["shift_note"])
    if block["domains"]:
        parts = [f"{row['domain']} {number(row['n'])}" for row in block["domains"][:5]]
        yield f"Gedeelde links: {', '.join(parts)}."


def own(block: Mapping[str, Any]) -> Iterator[str]:
    """How own posts landed (R2, R35)."""
    if not block["list"]:
        yield str(block["note"])
    for row in block["list"]:
        at = moment(datetime.fromisoformat(row["at"]))
        if not row["enough"]:
            yield f"{row['label']}, {at}: {row['note']}"
            continue
        before, after = row["before"], row["after"]
        yield (
            f"{row['label']}, {at}: berichten {number(before['n'])} werd {number(after['n'])}, "
            f"vragen {number(before['questions'])} werd {number(after['questions'])}, kritiek "
            f"{number(before['criticism'])} werd {number(after['criticism'])}, steun "
            f"{number(before['support'])} werd {number(after['support'])}."
        )


def over_time(blocks: Mapping[str, Any]) -> Iterator[str]:
    """Waves, phases, forms, words and associations (R27, R30, R32, R50)."""
    phases = blocks["phases"]
    wave = phases["wave"]
    yield (
        f"Golf: hoogste stand {long_date(date.fromisoformat(wave['top']))} (n = "
        f"{number(wave['n'])}), halveert in ongeveer {number(wave['half_life'])} dagen."
        if wave["half_life"]
        else f"Golf: {wave['note']}"
    )
    if len(phases["list"]) > 1:
        for row in phases["list"]:
            yield (
                f"{row['label'].capitalize()}: {number(row['per_day'])} berichten per dag, "
                f"{some(row['questions'], 'vraag', 'vragen')} (n = {number(row['n'])})."
            )
    else:
        yield f"Fasen: {phases['note']}"
    if phases["forms"]["enough"]:
        for row in phases["forms"]["list"]:
            yield (
                f"Waar men {row['form']}e opvang noemt: {number(row['protest'])} keer kritiek of "
                f"protest, {number(row['pro'])} keer voor, {number(row['offers'])} keer hulp "
                f"(n = {number(row['n'])})."
            )
    else:
        yield str(phases["forms"]["note"])
    for family in blocks["terms_over_time"]:
        words = ", ".join(f"{row['term']} {number(row['gesprek'])}" for row in family["rows"][:4])
        yield f"{family['label']}: {words or 'niet genoemd'}. {family['note']}".strip()
        for row in family["adopted"]:
            yield (
                f"‘{row['term']}’ wordt vaker gebruikt sinds "
                f"{long_date(date.fromisoformat(row['since']))}: "
                f"{number(row['after'])} van {number(row['after_of'])}, daarvoor "
                f"{number(row['before'])} van {number(row['before_of'])}."
            )
    found = blocks["associations"]
    if found["rows"]:
        parts = [
            f"{row['word']} bij {row['anchor']}{' (nieuw)' if row['new'] else ''}, "
            f"{some(row['authors'], 'afzender', 'afzenders')}"
            for row in found["rows"][:6]
        ]
        yield f"Verbanden: {'; '.join(parts)}."
    else:
        yield f"Verbanden: {found['note']}"


def reasons(block: Mapping[str, Any]) -> str:
    """Why administrators are criticised (R29), or that there is too little to say."""
    if not block["enough"]:
        return str(block["note"])
    told = ", ".join(f"{row['label']} {number(row['n'])}" for row in block["reasons"])
    return f"Waarom kritiek op bestuurders (n = {number(block['n'])}): {told}."


def sureness(account: Mapping[str, Any], posts: int) -> str:
    """How sure the labels are, the last file that was read in, and to whom this goes."""
    file = account["last_file"]
    read = moment(datetime.fromisoformat(file)) if file else "nog geen"
    to = (
        f" Verspreiding na goedkeuring: {account['distribution']}."
        if account["distribution"]
        else ""
    )
    return (
        f"Bij {number(account['doubtful'])} van {some(posts, 'bericht', 'berichten')} twijfelt de "
        f"computer. Laatste ingelezen bestand: {read}.{to}"
    )


def correction(block: Mapping[str, Any]) -> Iterator[str]:
    """What a correction says of the edition it follows."""
    yield f"Correctie van editie {block['of']}: {block['reason']}"
    yield from block["changes"]
