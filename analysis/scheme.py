"""The label guide `ibs-2026.1` as data: labels, sub-labels, second axes and their Dutch titles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from analysis.records import DAMAGE_CONTROL, INFORMATION_NEED, SENSE_MAKING, Status

GUIDE = "ibs-2026.1"

LABEL_TITLES = {
    INFORMATION_NEED: "Informatiebehoefte",
    SENSE_MAKING: "Betekenisgeving",
    DAMAGE_CONTROL: "Schadebeperking",
}
LABEL_OF_LETTER = {"I": INFORMATION_NEED, "B": SENSE_MAKING, "S": DAMAGE_CONTROL}

PRECEDENCE = (DAMAGE_CONTROL, INFORMATION_NEED, SENSE_MAKING)
"""For counts in which a post stands once (guide D5)."""

NEEDS_PERSON = frozenset({"S2", "S3", "S6"})
"""Sub-labels that count nowhere before a person confirmed them (guide D13)."""

SUB_LABELS = {
    "I1": "Feitelijke vraag",
    "I2": "Vraag over het proces",
    "I3": "Bestuurlijke of politieke vraag",
    "I4": "Gerucht of niet-bevestigde bewering",
    "I5": "Gemis aan informatie",
    "I6": "Praktisch: wat kan ik doen",
    "B1": "Emotie",
    "B2": "Mening over besluit of locatie",
    "B3": "Kritiek op bestuur of proces",
    "B4": "Beeld, vergelijking of verleden",
    "B5": "Steun of compliment",
    "B6": "Spanning tussen groepen",
    "S1": "Vreedzame oproep",
    "S2": "Verstoring of opruiing",
    "S3": "Bedreiging, intimidatie of adres gedeeld",
    "S4": "Aanbod van hulp",
    "S5": "Zelfredzaamheid, waakzaamheid of mijden",
    "S6": "Haat tegen een groep",
    "S7": "Melding van een voorval",
}

STATUSES = {
    "gelabeld": "Gelabeld",
    "geen": "Geen label",
    "ruis": "Ruis (gaat niet over dit dossier)",
    "echo": "Echo (alleen doorgestuurd)",
    "niet-beoordeeld": "Niet beoordeeld (andere taal)",
}

STANCES = {
    "pro": "Voor deze opvang",
    "contra": "Tegen deze opvang",
    "neutraal": "Neutraal",
    "gemengd": "Gemengd",
    "onduidelijk": "Onduidelijk",
}

EMOTIONS = {
    "angst": "Angst",
    "boosheid": "Boosheid",
    "verdriet": "Verdriet",
    "trots": "Trots",
    "steun": "Steun",
    "schaamte": "Schaamte",
    "opluchting": "Opluchting",
}

TARGETS = {
    "bestuur": "College, burgemeester, raad of gemeente",
    "rijk": "Rijk, kabinet of Tweede Kamer",
    "coa": "COA",
    "doelgroep": "Asielzoekers en statushouders",
    "inwoners": "Inwoners en buurtgenoten",
    "media": "Media",
    "politie": "Politie",
    "overig": "Iemand anders",
}

PURPOSES = {
    "informeren": "Informeren",
    "participeren": "Participeren",
    "mobiliseren": "Mobiliseren",
}

URGENCIES = {"h": "Hoog", "m": "Midden", "l": "Laag"}

THEMES = {
    "locatie": "Locatie",
    "aantal": "Aantal mensen",
    "duur": "Duur",
    "start": "Start en planning",
    "wie": "Wie er komen",
    "kosten": "Kosten en wie betaalt",
    "veiligheid": "Veiligheid en toezicht",
    "school": "School en kinderen",
    "zorg": "Zorg en huisarts",
    "bijeenkomst": "Bijeenkomst en inspraak",
    "besluit": "Besluit en procedure",
    "bezwaar": "Bezwaar en vergunning",
    "niet-geinformeerd": "Waarom niet geïnformeerd",
    "andere-locatie": "Andere locatie",
    "woningtoewijzing": "Voorrang bij woningen",
    "woningwaarde": "Waarde van de woning",
    "overlastcontact": "Overlast melden",
    "hulp": "Helpen en vrijwilligerswerk",
    "overig": "Overig",
}
"""The editable theme list of questions; `overig` is what a person may split further."""

POLITICAL_THEMES = frozenset({"besluit", "niet-geinformeerd", "andere-locatie", "woningtoewijzing"})
"""Themes whose answer is the administrator's, not the desk's (handreiking 6.1)."""

RECEPTION_FORMS = {
    "crisisnoodopvang": "Crisisnoodopvang",
    "noodopvang": "Noodopvang",
    "azc": "Asielzoekerscentrum",
    "statushouders": "Huisvesting van statushouders",
    "anders": "Andere opvang",
}


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of the guide, for whoever shows or checks labels."""

    guide: str
    labels: tuple[str, ...]
    sub_labels: tuple[str, ...]
    statuses: tuple[str, ...]
    themes: tuple[str, ...]


SCHEME = Scheme(GUIDE, tuple(LABEL_TITLES), tuple(SUB_LABELS), tuple(STATUSES), tuple(THEMES))

if set(STATUSES) != set(get_args(Status)):  # the guide and the shared records must not drift apart
    raise RuntimeError("scheme.STATUSES and records.Status differ")


def label_of(sub_label: str) -> str:
    """The I/B/S label above a sub-label; KeyError for a code the guide does not know."""
    if sub_label not in SUB_LABELS:
        raise KeyError(sub_label)
    return LABEL_OF_LETTER[sub_label[0]]


def labels_of(sub_labels: Iterable[str]) -> tuple[str, ...]:
    """The I/B/S labels above these codes, each once, in guide order."""
    present = {label_of(code) for code in sub_labels}
    return tuple(label for label in LABEL_TITLES if label in present)


def primary_of(labels: Iterable[str]) -> str | None:
    """The one label that counts when a post may stand once: S > I > B (guide D5)."""
    present = set(labels)
    return next((label for label in PRECEDENCE if label in present), None)
