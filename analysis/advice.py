"""The five lines a report opens with, and the accent it advises: figures in plain Dutch.

The wording follows the accents of the handreiking (3, 6.1, 6.4, 7, 8.2): answer what can be
answered, acknowledge before explaining, give a course of action. A person writes the meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.dutch import listed, number, some
from analysis.records import DAMAGE_CONTROL, INFORMATION_NEED, SENSE_MAKING

STRONG = frozenset({"angst", "boosheid"})


def core(
    counts: Mapping[str, int],
    blocks: Mapping[str, Any],
    previous: Mapping[str, int] | None,
    faults: Sequence[str],
) -> list[str]:
    """Five lines: picture, change, meaning, behaviour, how complete the picture is."""
    return [
        _picture(counts),
        _change(counts, previous),
        _asked_and_felt(counts, blocks),
        _behaviour(counts, blocks),
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


def _asked_and_felt(counts: Mapping[str, int], blocks: Mapping[str, Any]) -> str:
    themes = [q["label"].casefold() for q in blocks[INFORMATION_NEED]["questions"][:2]]
    feelings = [e["label"].casefold() for e in blocks[SENSE_MAKING]["emotions"][:2]]
    asked = (
        f"De meeste vragen gaan over {listed(themes)}" if themes else "Er zijn geen vragen gesteld"
    )
    felt = (
        f"de emotie die het meest voorkomt is {feelings[0]}"
        if feelings
        else "een duidelijke emotie overheerst niet"
    )
    return f"{asked}; {felt}."


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
    return f"Er zijn {listed(parts)}.{tail}"


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


def accents(counts: Mapping[str, int], blocks: Mapping[str, Any]) -> list[dict[str, str]]:
    """What to do, by label, with who is to do it; only where there is something to do it for."""
    found: list[dict[str, str]] = []
    asked, meaning, behaviour = (
        blocks[INFORMATION_NEED],
        blocks[SENSE_MAKING],
        blocks[DAMAGE_CONTROL],
    )
    if asked["questions"]:
        found.append(
            _accent(
                INFORMATION_NEED,
                "webcare",
                "Beantwoord de vragen die vaak terugkomen, en zeg erbij wat nog niet bekend is en wanneer wel.",
            )
        )
    if any(question["kind"] != "feitelijk" for question in asked["questions"]):
        found.append(
            _accent(
                INFORMATION_NEED,
                "bestuurder",
                "Leg de bestuurlijke vragen voor aan de bestuurder; webcare kan die niet alleen beantwoorden.",
            )
        )
    if asked["rumours"]:
        found.append(
            _accent(
                INFORMATION_NEED,
                "communicatie",
                "Zoek uit wat er klopt van de geruchten en reageer met een bron. Tot die tijd heten ze onbevestigd.",
            )
        )
    if any(emotion["emotion"] in STRONG for emotion in meaning["emotions"][:2]):
        found.append(
            _accent(
                SENSE_MAKING,
                "communicatie, bestuurder",
                "Erken eerst het gevoel. Uitleg helpt pas als mensen zich gehoord weten.",
            )
        )
    if meaning["support"]:
        found.append(
            _accent(
                SENSE_MAKING,
                "communicatie",
                "Laat zien wat er goed gaat: er is steun waar u bij kunt aansluiten.",
            )
        )
    if behaviour["offers"]:
        found.append(
            _accent(
                DAMAGE_CONTROL,
                "vrijwilligerscoördinator",
                "Wijs mensen die willen helpen de weg, met een adres en een tijd.",
            )
        )
    if behaviour["calls"]:
        found.append(
            _accent(
                DAMAGE_CONTROL,
                "veiligheid, communicatie",
                "Een vreedzame oproep is een recht. Zeg waar en hoe het kan, en wie aanspreekpunt is.",
            )
        )
    if behaviour["incidents"]:
        found.append(
            _accent(
                DAMAGE_CONTROL,
                "veiligheid",
                "Ga de gemelde voorvallen na en zeg waar men iets kan melden.",
            )
        )
    if counts["threat_candidates"]:
        found.append(
            _accent(
                DAMAGE_CONTROL,
                "veiligheid",
                "Beoordeel de mogelijke dreiging vandaag nog. Een dreiging is voor de politie, niet voor webcare.",
            )
        )
    return found


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


def _accent(label: str, owner: str, text: str) -> dict[str, str]:
    deadline, channel = DEADLINES[owner]
    return {"label": label, "owner": owner, "deadline": deadline, "channel": channel, "text": text}
