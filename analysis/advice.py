"""The five lines a report opens with, and the accent it advises: figures in plain Dutch.

The wording follows the accents of the handreiking (3, 6.1, 6.4, 7, 8.2): answer what can be
answered, acknowledge before explaining, give a course of action. A person writes the meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.dutch import listed, number, some
from analysis.enough import LEAST
from analysis.records import DAMAGE_CONTROL, INFORMATION_NEED, LABELS, SENSE_MAKING

STRONG = frozenset({"angst", "boosheid"})


def core(
    counts: Mapping[str, int],
    blocks: Mapping[str, Any],
    previous: Mapping[str, int] | None,
    faults: Sequence[str],
) -> list[str]:
    """Five lines: picture and change, questions and feelings, behaviour, accent, completeness."""
    return [
        f"{_picture(counts)} {_change(counts, previous)}",
        _asked_and_felt(counts, blocks),
        _behaviour(counts, blocks),
        _accent_line(accents(counts, blocks)),
        _complete(counts, faults),
    ]


def _picture(counts: Mapping[str, int]) -> str:
    if not counts["posts"]:
        return "Er zijn geen berichten over dit dossier gevonden."
    return (
        f"Er zijn {some(counts['posts'], 'bericht', 'berichten')} van "
        f"{some(counts['authors'], 'afzender', 'afzenders')}: "
        f"{number(counts[INFORMATION_NEED])} met een informatiebehoefte, "
        f"{number(counts[SENSE_MAKING])} met betekenisgeving en "
        f"{number(counts[DAMAGE_CONTROL])} over gedrag (schadebeperking)."
    )


def _change(counts: Mapping[str, int], previous: Mapping[str, int] | None) -> str:
    if previous is None:
        return "Van de dag ervoor is er geen verslag om mee te vergelijken."
    before, now = int(previous.get("posts", 0)), counts["posts"]
    if before == now:
        return f"Dat zijn er evenveel als de dag ervoor ({number(before)})."
    word = "meer" if now > before else "minder"
    return f"Dat zijn er {number(abs(now - before))} {word} dan de dag ervoor ({number(before)})."


def _accent_line(found: Sequence[Mapping[str, Any]]) -> str:
    """Where the accent lies: on what asks for work today first."""
    if not found:
        return "Advies: de cijfers geven geen aanleiding voor een accent; blijf volgen."
    chosen = {row["label"]: row for row in reversed(found)}
    letters = [
        f"{label[0].upper()}: {chosen[label]['short']}" for label in LABELS if label in chosen
    ]
    return f"Accent: {'; '.join(letters)}."


def _asked_and_felt(counts: Mapping[str, int], blocks: Mapping[str, Any]) -> str:
    """The two most asked themes, and an emotion only where enough posts show one more than others."""
    asked = blocks[INFORMATION_NEED]["questions"][:2]
    feelings = blocks[SENSE_MAKING]["emotions"][:2]
    first = (
        "De meeste vragen gaan over "
        + listed([f"‘{row['label'].lower()}’ ({number(row['n'])})" for row in asked])
        if asked
        else "Er zijn geen vragen gesteld"
    )
    leads = (
        feelings
        and feelings[0]["n"] >= LEAST
        and feelings[0]["n"] > feelings[-1]["n"] * (len(feelings) > 1)
    )
    felt = (
        f"de emotie die het meest voorkomt is {feelings[0]['label'].lower()} "
        f"({number(feelings[0]['n'])})"
        if leads
        else "geen emotie springt eruit"
    )
    return f"{first}; {felt}."


def _behaviour(counts: Mapping[str, int], blocks: Mapping[str, Any]) -> str:
    block = blocks[DAMAGE_CONTROL]
    parts = [
        some(block["calls"], "vreedzame oproep", "vreedzame oproepen"),
        some(block["offers"], "aanbod van hulp", "aanbiedingen van hulp"),
        some(block["incidents"], "gemeld voorval", "gemelde voorvallen"),
    ]
    candidates = counts["threat_candidates"]
    tail = (
        f" {some(candidates, 'bericht wacht', 'berichten wachten')} op een oordeel: "
        "mogelijk dreiging, opruiing of haat."
        if candidates
        else " Er zijn geen berichten die op een oordeel over dreiging wachten."
    )
    return f"Gezien: {listed(parts)}.{tail}"


def _complete(counts: Mapping[str, int], faults: Sequence[str]) -> str:
    late = (
        f"{some(counts['late'], 'bericht', 'berichten')} van eerdere dagen kwam later binnen"
        if counts["late"] == 1
        else f"{some(counts['late'], 'bericht', 'berichten')} van eerdere dagen kwamen later binnen"
    )
    nothing = "er kwam niets van eerdere dagen later binnen"
    tail = late if counts["late"] else nothing
    if not faults:
        return f"Alle bronnen gaven antwoord; {tail}."
    return f"Het beeld is niet volledig: {listed(list(faults[:3]))}; {tail}."


@dataclass(frozen=True, slots=True)
class _Rule:
    """An accent: for which label, who does it, what to do, and the same in a few words."""

    label: str
    owner: str
    text: str
    short: str


QUESTIONS = _Rule(
    INFORMATION_NEED, "webcare",
    "Beantwoord de vragen die terugkomen, en zeg erbij wat nog niet bekend is en wanneer wel.",
    "beantwoord de vragen",
)  # fmt: skip
POLITICAL = _Rule(
    INFORMATION_NEED, "bestuurder",
    "Leg de bestuurlijke vragen voor aan de bestuurder; webcare kan die niet alleen beantwoorden.",
    "leg keuzes voor aan de bestuurder",
)  # fmt: skip
RUMOURS = _Rule(
    INFORMATION_NEED, "communicatie",
    "Zoek uit wat er klopt van de geruchten en reageer met een bron. Tot die tijd heten ze onbevestigd.",
    "zoek de geruchten uit",
)  # fmt: skip
FEELING = _Rule(
    SENSE_MAKING, "communicatie, bestuurder",
    "Erken eerst het gevoel. Uitleg helpt pas als mensen zich gehoord weten.",
    "erken eerst het gevoel",
)  # fmt: skip
SUPPORT = _Rule(
    SENSE_MAKING, "communicatie",
    "Laat zien wat er goed gaat: er is steun waar u bij kunt aansluiten.",
    "sluit aan bij de steun",
)  # fmt: skip
CANDIDATES = _Rule(
    DAMAGE_CONTROL, "veiligheid",
    "Beoordeel de mogelijke dreiging vandaag nog. Een dreiging is voor de politie, niet voor webcare.",
    "beoordeel vandaag de mogelijke dreiging",
)  # fmt: skip
INCIDENTS = _Rule(
    DAMAGE_CONTROL, "veiligheid",
    "Ga de gemelde voorvallen na en zeg waar men iets kan melden.",
    "ga de gemelde voorvallen na",
)  # fmt: skip
CALLS = _Rule(
    DAMAGE_CONTROL, "veiligheid, communicatie",
    "Een vreedzame oproep is een recht. Zeg waar en hoe het kan, en wie aanspreekpunt is.",
    "zeg waar en hoe een demonstratie kan",
)  # fmt: skip
OFFERS = _Rule(
    DAMAGE_CONTROL, "vrijwilligerscoördinator",
    "Wijs mensen die willen helpen de weg, met een adres en een tijd.",
    "wijs helpers de weg",
)  # fmt: skip


def accents(counts: Mapping[str, int], blocks: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What to do, by label and most pressing first, with the numbers that ask for it and by whom."""
    asked, meaning, behaviour = (
        blocks[INFORMATION_NEED],
        blocks[SENSE_MAKING],
        blocks[DAMAGE_CONTROL],
    )
    questions = asked["questions"]
    feelings = {row["emotion"]: row["n"] for row in meaning["emotions"] if row["emotion"] in STRONG}
    strong = [
        *(_part(n, f"keer {name}", f"emotion:{name}") for name, n in feelings.items()),
        _part(meaning["sub"]["B3"], "keer kritiek", "code:B3"),
    ]
    weight = sum(part["n"] for part in strong)
    found = [
        (QUESTIONS, [_many(sum(row["n"] for row in questions), "vraag", "vragen", "question")]),
        (RUMOURS, [_many(asked["rumours"], "gerucht", "berichten met een gerucht", "code:I4")]),
        (FEELING, strong if weight >= LEAST else []),
        (SUPPORT, [_part(meaning["support"], "keer steun", "code:B5")]),
        (CANDIDATES, [_many(counts["threat_candidates"], "bericht wacht op een oordeel",
                            "berichten wachten op een oordeel", "threat_candidates")]),
        (INCIDENTS, [_many(behaviour["incidents"], "gemeld voorval", "gemelde voorvallen", "code:S7")]),
        (CALLS, [_many(behaviour["calls"], "vreedzame oproep", "vreedzame oproepen", "code:S1")]),
        (OFFERS, [_many(behaviour["offers"], "aanbod van hulp", "aanbiedingen van hulp", "code:S4")]),
    ]  # fmt: skip
    rows = [
        _accent(rule, seen)
        for rule, parts in found
        if (seen := [part for part in parts if part["n"]])
    ]
    if any(row["kind"] != "feitelijk" for row in questions):
        rows.insert(1, _accent(POLITICAL, []))
    return rows


def _part(n: int, words: str, behind: str) -> dict[str, Any]:
    return {"n": n, "words": words, "behind": behind}


def _many(n: int, one: str, more: str, behind: str) -> dict[str, Any]:
    return _part(n, one if n == 1 else more, behind)


#: By whom it is to be done, until when, and where; the deadlines are those of a working day.
DEADLINES = {
    "webcare": ("vandaag voor 17.00 uur", "webcare, vragenpagina"),
    "bestuurder": ("voor het eerstvolgende moment", "woordvoering"),
    "communicatie": ("vandaag voor 12.00 uur", "website, eigen kanalen"),
    "communicatie, bestuurder": ("vandaag, in het eerste bericht", "eigen kanalen"),
    "vrijwilligerscoördinator": ("binnen twee dagen", "website, vrijwilligersloket"),
    "veiligheid, communicatie": ("voor de genoemde datum", "aanspreekpunt, eigen kanalen"),
    "veiligheid": ("vandaag", "politie en bestuur, niet via webcare"),
}


def _accent(rule: _Rule, because: list[dict[str, Any]]) -> dict[str, Any]:
    deadline, channel = DEADLINES[rule.owner]
    return {
        "label": rule.label, "owner": rule.owner, "deadline": deadline, "channel": channel,
        "text": rule.text, "short": rule.short, "because": because,
    }  # fmt: skip
