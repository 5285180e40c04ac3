"""The fictional municipality Rietmeer: its dossier, lists, moments and people."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.clock import AMSTERDAM
from app.demo.corpus import DAYS
from app.demo.server import BROKEN_PATH, BROKEN_TITLE, CHANNELS, DemoWeb
from app.services.setup_file import InitFile

ORGANISATION, DOSSIER = "rietmeer", "de-zonnehoek"
COUNCIL_DAY, EVENING_DAY = 6, 10
#: (user name, name on a report, role)
PEOPLE = (
    ("adviseur", "Noor Hofstra", "adviseur"),
    ("webcare", "Sam de Witte", "webcare"),
    ("analist", "Ilse Terhorst", "analist"),
    ("beheerder", "Ruud Kamphuis", "beheerder"),
    ("lezer", "Joke van Aalst", "lezer"),
    ("auditor", "Henk Brouwer", "auditor"),
)


def init_file(web: DemoWeb, start: date) -> InitFile:
    """What `klankbord init` would have read from Rietmeer's own file."""
    ends = start + timedelta(days=180)
    return InitFile.model_validate(
        {
            "organisation": {
                "slug": ORGANISATION, "name": "Gemeente Rietmeer", "inhabitants": 24_000,
            },
            "dossier": {
                "slug": DOSSIER,
                "title": "Noodopvang De Zonnehoek",
                "reception_kind": "noodopvang",
                "stated_duration": "twaalf maanden",
                "phase": "before",
                "purpose": "Communicatie over het voorgenomen besluit",
                "legal_ground": "AVG art. 6 lid 1 e",
                "cause": "Verzoek om noodopvang in een leegstaand zorghuis",
                "necessity": "Vragen van inwoners op tijd zien en beantwoorden",
                "starts": start,
                "ends": ends,
                "report_at": "08:00",
                "query": "handreiking-2016",
                "terms": {
                    "plaatsnaam": ["Rietmeer"],
                    "opvanglocatie": ["De Zonnehoek", "Zonnehoek"],
                    "straatnaam": ["Molenweg"],
                    "bijnaam plaats": ["'t Riet"],
                    "gemeentenaam": ["gemeente Rietmeer"],
                    "naam burgemeester": ["Terpstra"],
                    "twitteraccount gemeente": ["@gemrietmeer"],
                },
            },
            "moment": [
                _moment(start, COUNCIL_DAY, 20, "raadsvergadering", "Raad besluit over De Zonnehoek"),
                _moment(start, EVENING_DAY, 19, "inloopavond", "Inloopavond in De Zonnehoek"),
                _moment(start, DAYS + 2, 19, "raadsvergadering", "Raad stelt het beheerplan vast"),
            ],
            "source": [
                {"address": web.address(channel.path), "title": channel.title, "own": channel.own}
                for channel in CHANNELS
            ]
            + [{"address": web.address(BROKEN_PATH), "title": BROKEN_TITLE}],
            "account_list": _lists(web, ends),
        }
    )  # fmt: skip


def _moment(start: date, day: int, hour: int, kind: str, title: str) -> dict[str, object]:
    on = start + timedelta(days=day)
    at = datetime(on.year, on.month, on.day, hour, 0, tzinfo=AMSTERDAM)
    return {"at": at, "kind": kind, "title": title}


def _lists(web: DemoWeb, expires: date) -> list[dict[str, object]]:
    """Three lists of public functions; the local paper is a member as a whole source."""
    return [
        {
            "kind": "journalists",
            "name": "Lokale pers",
            "reason": "Nieuwsberichten apart tellen van reacties van inwoners",
            "expires": expires,
            "accounts": ["bron:" + _slug(web, "/regiobode/feed/"), "redactie@regiobode.example"],
        },
        {
            "kind": "action_groups",
            "name": "Openbare kanalen van actiegroepen",
            "reason": "Openbare kanalen van groepen die zich in het debat melden",
            "expires": expires,
            "accounts": ["@rietmeerzegtnee", "@welkominrietmeer"],
        },
        {
            "kind": "politicians",
            "name": "Raadsfracties",
            "reason": "Openbare functie",
            "expires": expires,
            "accounts": ["@fractie_dorpsbelang", "@fractie_rietmeervooruit"],
        },
    ]


def _slug(web: DemoWeb, path: str) -> str:
    """The slug that a source at this address gets."""
    words = "".join(char if char.isalnum() else "-" for char in f"{web.place}{path}".casefold())
    return "-".join(part for part in words.split("-") if part)
