"""Every Dutch word for a code of the house: labels, statuses, groups, phases, kinds and the like.

A code that is not known here is shown as it is, never hidden: a page must not lie by omission.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from analysis import lexicon, scheme
from analysis.asked import NOT_PUT as NOT_PUT
from analysis.asked import returned_lead as returned_lead
from analysis.enough import LEAST_TO_COMPARE
from analysis.records import DAMAGE_CONTROL, INFORMATION_NEED, SENSE_MAKING

PRODUCT = "Klankbord"
CAVEAT = "Sociale media zijn niet representatief: deze pagina telt berichten, geen inwoners."
DEMO = "Demonstratie: alle plaatsen, personen en berichten zijn verzonnen."
THREAT = "Mogelijke dreiging: eerst beoordelen"

LETTERS = {INFORMATION_NEED: "I", SENSE_MAKING: "B", DAMAGE_CONTROL: "S"}
LABEL_LEADS = {
    INFORMATION_NEED: "Wat mensen willen weten",
    SENSE_MAKING: "Wat mensen vinden en voelen",
    DAMAGE_CONTROL: "Wat mensen doen of gaan doen",
}

PHASES = {"before": "Voor het besluit", "during": "Tijdens de opvang", "after": "Na de opvang"}

GROUPS = {
    "journalists": "Journalisten en media",
    "politicians": "Politici en fracties",
    "action_groups": "Actiegroepen",
    "organisations": "Organisaties (zoals COA en Rode Kruis)",
    "officers": "Wijkagenten en functionarissen",
    "municipalities": "Gemeenten",
    "own": "Eigen kanalen",
    "unknown": "Onbekend (geen lijst)",
}

LOCALITIES = {"local": "Lokaal", "outside": "Van buiten", "unknown": "Herkomst onbekend"}
SENTIMENTS = {"positief": "Positief", "neutraal": "Neutraal", "negatief": "Negatief"}
QUESTION_KINDS = {
    "feitelijk": "feitelijk",
    "bestuurlijk": "bestuurlijk",
    "gemengd": "feitelijk en bestuurlijk",
}
REPORT_KINDS = {
    "daily": "Dagelijks verslag",
    "interim": "Tussentijds verslag",
    "correction": "Correctie",
}
REPORT_STATUSES = {"draft": "Concept", "approved": "Goedgekeurd"}
SOURCE_KINDS = {
    "feed": "Feed (RSS of Atom)",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "bluesky-zoeken": "Bluesky (zoeken)",
    "bekendmakingen": "Officiële bekendmakingen",
    "politie": "Politienieuws",
}
MOMENT_KINDS = {
    "raadsvergadering": "Raadsvergadering",
    "eerste gesprek": "Eerste gesprek over opvang",
    "inloopavond": "Inloopavond",
    "bijeenkomst": "Bijeenkomst",
    "besluit": "Besluit",
    "opening": "Opening",
    "aankomst": "Aankomst van bewoners",
    "protest": "Aangekondigd protest",
    "sluiting": "Sluiting",
}

WORK_STATES = {
    "nieuw": "Nieuw",
    "in behandeling": "In behandeling",
    "beantwoord": "Beantwoord",
    "geen actie": "Geen actie",
}
ACTS = {
    "assign": "Toegewezen",
    "status": "Status gewijzigd",
    "priority": "Voorrang gewijzigd",
    "note": "Notitie",
    "invite": "Uitgenodigd voor een gesprek",
    "answer": "Antwoord gegeven",
    "dismiss": "Geen dreiging",
    "confirm": "Dreiging bevestigd",
    "undo": "Ongedaan gemaakt",
    "label": "Label",
    "withdraw": "Label teruggenomen",
    "hand-over": "Overgedragen",
}
PRIORITIES = {"0": "Gewoon", "1": "Voorrang", "2": "Direct"}

CERTAINTIES = {"sure": "zeker", "likely": "waarschijnlijk", "doubt": "twijfel"}

RELATIONS = {"parent": "Ervoor", "reply": "Antwoord", "hit": "Ook een treffer"}

STRATA = {
    "places": "Wel de plaats, niet het onderwerp",
    "topics": "Wel het onderwerp, niet de plaats",
    "neither": "Geen van beide",
}
VERDICTS = {"relevant": "Relevant", "irrelevant": "Niet relevant", "unsure": "Twijfel"}
REASONS_OF_CHANGE = {
    "added": "term erbij",
    "dropped": "term weg",
    "lifted": "uitsluiting weg",
    "taken": "uitsluiting erbij",
}

MEMBER_STATES = {
    "counts": "Telt mee",
    "later": "Telt nog niet mee",
    "ended": "Telt niet meer mee",
    "waiting": "Wacht op een tweede persoon",
}

ROLES = {
    "lezer": "Lezer",
    "adviseur": "Adviseur",
    "webcare": "Webcare",
    "analist": "Analist",
    "beheerder": "Beheerder",
    "auditor": "Auditor",
}
TOKEN_STATES = {"valid": "Geldig", "expired": "Verlopen", "revoked": "Ingetrokken"}

IMPORT_PROFILES = {
    "balie": "Vraag van de balie",
    "spotler-engage": "Export uit Spotler Engage",
    "coosto": "Export uit Coosto",
    "4cat": "Export uit 4CAT",
    "algemeen": "Bestand",
}

REMOVALS = {
    "post-text": "Tekst van berichten",
    "threat-evidence": "Bewijs van dreiging",
    "buffer": "Afstelbuffer",
    "pseudonym-keys": "Sleutel van het dossier",
    "data-subject": "Op verzoek van de betrokkene",
    "source-delete": "Verwijderd bij de bron",
    "import-undone": "Invoer teruggedraaid",
    "copy-merged": "Dubbel bericht samengevoegd",
}

PROPOSALS = {"site": "Site", "server": "Server", "hashtag": "Hashtag"}

PAGES = {
    "overview": "Overzicht",
    "report": "Verslag",
    "posts": "Berichten",
    "labelling": "Labelen",
    "model": "Modelkaart",
    "sources": "Bronnen",
    "imports": "Invoer",
    "query": "Zoekopdracht",
    "account-lists": "Accountlijsten",
    "moments": "Momenten",
    "questions": "Gestelde vragen",
    "answers": "Antwoorden",
    "alerts": "Signalen",
    "delivery": "Bezorging",
    "users": "Gebruikers",
    "retention": "Bewaren en wissen",
    "audit": "Logboek",
    "password": "Uw account",
    "sign-in": "Aanmelden",
    "error": "Fout",
}

#: Words for what a rule argues for when that is not a sub-label of the guide.
_OTHER_CODES = {
    "Q": "Echte vraag",
    "R": "Retorische vraag",
    "T": "Mogelijke dreiging",
    "IR": "Ironie",
    "N": "Neutrale kop",
    "X": "Ruis",
    "P": "Stem van een inwoner",
    "M": "Mobiliseert",
}

SIGNALS = {
    "surge": "Veel meer berichten dan anders",
    "threat": "Mogelijke dreiging",
    "rumour": "Gerucht met een oproep",
    "silence": "Bron zwijgt",
}

LEAST_READ_TWICE = LEAST_TO_COMPARE

DRAWN = {
    "random": "Willekeurig gekozen",
    "uncertain": "De computer twijfelt",
    "serious": "Gaat over gedrag of mogelijke dreiging",
    "second": "Tweede lezing, zonder het eerste label",
    "again": "Opnieuw bekeken",
}

_TABLES: Mapping[str, Mapping[str, str]] = {
    "drawn": DRAWN,
    "signal": SIGNALS,
    "label": scheme.LABEL_TITLES,
    "label_lead": LABEL_LEADS,
    "letter": LETTERS,
    "sub_label": scheme.SUB_LABELS,
    "status": scheme.STATUSES,
    "stance": scheme.STANCES,
    "emotion": scheme.EMOTIONS,
    "target": scheme.TARGETS,
    "theme": scheme.THEMES,
    "reception": scheme.RECEPTION_FORMS,
    "phase": PHASES,
    "group": GROUPS,
    "locality": LOCALITIES,
    "sentiment": SENTIMENTS,
    "question_kind": QUESTION_KINDS,
    "report_kind": REPORT_KINDS,
    "report_status": REPORT_STATUSES,
    "source_kind": SOURCE_KINDS,
    "moment_kind": MOMENT_KINDS,
    "page": PAGES,
    "member_state": MEMBER_STATES,
    "role": ROLES,
    "import_profile": IMPORT_PROFILES,
    "removal": REMOVALS,
    "proposal": PROPOSALS,
    "token_state": TOKEN_STATES,
    "work_state": WORK_STATES,
    "act": ACTS,
    "priority": PRIORITIES,
    "relation": RELATIONS,
    "certainty": CERTAINTIES,
    "urgency": scheme.URGENCIES,
    "stratum": STRATA,
    "verdict": VERDICTS,
    "change": REASONS_OF_CHANGE,
}


def title(table: str, code: object) -> str:
    """The Dutch words for a code of one of the tables above; the code itself when unknown."""
    return _TABLES[table].get(str(code), str(code))


def options(table: str) -> list[tuple[str, str]]:
    """(code, Dutch words) of a whole table, in its own order, for a list of choices."""
    return list(_TABLES[table].items())


def sub_labels_by_label() -> list[tuple[str, list[tuple[str, str]]]]:
    """(label, its (code, title) pairs) in guide order, for the correction form."""
    return [
        (label, [pair for pair in scheme.SUB_LABELS.items() if pair[0][0] == letter])
        for label, letter in LETTERS.items()
    ]


def because(rule: str) -> str:
    """A rule of the labeller in Dutch: `I1:i1-num` gives `I1 Feitelijke vraag: aantal gevraagd`.

    A rule of another labeller, without a note of its own, is shown by its label or by its name.
    """
    code, _, name = rule.partition(":")
    if code in scheme.SUB_LABELS:
        argued = f"{code} {scheme.SUB_LABELS[code]}"
    else:
        argued = _OTHER_CODES.get(code, code)
    note = _rule_notes().get(name or code, "")
    return f"{argued}: {note}" if note else argued


@cache
def _rule_notes() -> Mapping[str, str]:
    """Rule name to the Dutch note beside it in the reviewed rules (analysis/assets/rules.tsv)."""
    return {row.cells[0]: row.cells[4].strip() for row in lexicon.rows("rules.tsv", 5)}
