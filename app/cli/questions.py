"""`klankbord init` without a file: ask what the file would have said, and make that file."""

from __future__ import annotations

import json
from datetime import timedelta

from app.cli.base import ask, note
from app.clock import SystemClock, local_date

PLACEHOLDERS = (
    ("plaatsnaam", "Plaatsnamen"),
    ("opvanglocatie", "Namen van de opvanglocatie"),
    ("straatnaam", "Straatnamen"),
    ("bijnaam plaats", "Bijnamen van de plaats"),
    ("gemeentenaam", "Schrijfwijzen van de gemeente"),
    ("naam burgemeester", "Achternaam van de burgemeester"),
    ("twitteraccount gemeente", "Accounts van de gemeente, met @"),
)


def ask_everything() -> str:
    """The answers as the TOML of contracts.md."""
    today = local_date(SystemClock().now())
    note("Klankbord stelt een paar vragen. Meer waarden scheidt u met een komma.")
    organisation = _must("Naam van de organisatie (bijvoorbeeld Gemeente Rietmeer)?")
    title = _must("Titel van het dossier (bijvoorbeeld Noodopvang De Zonnehoek)?")
    kind = ask("Soort opvang [noodopvang]?") or "noodopvang"
    purpose = _must("Waarvoor volgt u de berichten (doel)?")
    ground = ask("Grondslag [AVG art. 6 lid 1 e]?") or "AVG art. 6 lid 1 e"
    necessity = _must("Waarom is het nodig?")
    starts = ask(f"Eerste dag [{today.isoformat()}]?") or today.isoformat()
    usual_end = (today + timedelta(days=180)).isoformat()
    ends = ask(f"Laatste dag [{usual_end}]?") or usual_end
    lines = [
        "[organisation]",
        f"slug = {_quoted(_slug(organisation))}",
        f"name = {_quoted(organisation)}",
        "[dossier]",
        f"slug = {_quoted(_slug(title))}",
        f"title = {_quoted(title)}",
        f"reception_kind = {_quoted(kind)}",
        f"purpose = {_quoted(purpose)}",
        f"legal_ground = {_quoted(ground)}",
        f"necessity = {_quoted(necessity)}",
        f"starts = {starts}",
        f"ends = {ends}",
        'query = "handreiking-2016"',
        "[dossier.terms]",
    ]
    for name, question in PLACEHOLDERS:
        values = [part.strip() for part in _must(f"{question}?").split(",") if part.strip()]
        lines.append(f"{_quoted(name)} = [{', '.join(_quoted(value) for value in values)}]")
    return "\n".join(lines) + "\n"


def _must(question: str) -> str:
    for _ in range(3):
        answer = ask(question)
        if answer:
            return answer
        note("Hier is een antwoord nodig.")
    return ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


def _slug(text: str) -> str:
    words = "".join(char if char.isalnum() and char.isascii() else "-" for char in text.casefold())
    return "-".join(part for part in words.split("-") if part)[:80].strip("-")
