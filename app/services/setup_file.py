"""The file of `klankbord init` (contracts.md): read, check, and say what is wrong and where."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from app.clock import FIRST_YEAR, LAST_YEAR
from app.errors import InvalidInput

MOST_NAME = 200


def _no_control(value: str) -> str:
    if any(ord(char) < 32 or ord(char) == 127 for char in value):
        raise ValueError("bevat een stuurteken")
    return value


def _no_null(value: str) -> str:
    if any(ord(char) < 32 and char not in "\t\r\n" for char in value):
        raise ValueError("bevat een stuurteken")
    return value


def _in_reach(value: Moment) -> Moment:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"moet tussen {FIRST_YEAR} en {LAST_YEAR} liggen")
    return value


Moment = TypeVar("Moment", date, datetime)
Day = Annotated[date, AfterValidator(_in_reach)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_reach)]
Line = Annotated[str, AfterValidator(_no_control)]
Paragraph = Annotated[str, AfterValidator(_no_null)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$")]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(_no_null),
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_no_control),
]
PlaceholderName = Annotated[
    str, StringConstraints(min_length=1, max_length=80), AfterValidator(_no_control)
]
Term = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(_no_control),
]
ReceptionKind = Literal["crisisnoodopvang", "noodopvang", "azc", "statushouders", "anders"]
Phase = Literal["before", "during", "after"]
GroupKind = Literal[
    "journalists",
    "politicians",
    "action_groups",
    "organisations",
    "officers",
    "municipalities",
    "own",
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OrganisationPart(_Part):
    slug: Slug
    name: Title
    inhabitants: int | None = Field(None, ge=1, le=20_000_000)


class DossierPart(_Part):
    slug: Slug
    title: Title
    reception_kind: ReceptionKind
    stated_duration: Line | None = Field(None, max_length=200)
    phase: Phase = "before"
    purpose: Words
    legal_ground: Words
    cause: Paragraph = Field("", max_length=2000)
    necessity: Words
    starts: Day
    ends: Day
    report_at: str = Field("08:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    keep_text_days: int = Field(90, ge=1, le=730)
    query: str | None = None
    query_text: Paragraph | None = None
    terms: dict[PlaceholderName, list[Term]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits(self) -> DossierPart:
        if self.ends < self.starts:
            raise ValueError("ends ligt voor starts")
        if (self.query is None) == (self.query_text is None):
            raise ValueError("geef query (een sjabloon) of query_text, en niet allebei")
        return self


class MomentPart(_Part):
    at: Instant
    kind: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
        AfterValidator(_no_control),
    ]
    title: Title


class SourcePart(_Part):
    kind: Annotated[str, StringConstraints(min_length=1, max_length=30)] = "feed"
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    title: Line = Field("", max_length=300)
    own: bool = False


class AccountListPart(_Part):
    kind: GroupKind
    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
        AfterValidator(_no_control),
    ]
    reason: Words
    expires: Day
    accounts: list[Term] = Field(min_length=1)


class InitFile(_Part):
    """Everything that one `init` makes."""

    organisation: OrganisationPart
    dossier: DossierPart
    moment: list[MomentPart] = Field(default_factory=list)
    source: list[SourcePart] = Field(default_factory=list)
    account_list: list[AccountListPart] = Field(default_factory=list)


def read_init_file(text: str, name: str = "bestand") -> InitFile:
    """Parse and check; raises `InvalidInput` naming the file, the place and the remedy."""
    try:
        values = tomllib.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{name} is geen geldige TOML: {error}.", field="file") from error
    except RecursionError as error:
        raise InvalidInput(f"{name} is te diep genest.", field="file") from error
    try:
        return InitFile.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "bestand"
        more = len(error.errors()) - 1
        rest = f" (en nog {more})" if more else ""
        raise InvalidInput(f"{name}: {place}: {in_dutch(first)}{rest}.", field=place) from error


_MESSAGES = {
    "missing": "ontbreekt",
    "extra_forbidden": "is onbekend",
    "literal_error": "heeft een onbekende waarde",
    "timezone_aware": "mist de tijdzone, schrijf bijvoorbeeld 2026-11-20T20:00:00+01:00",
    "string_pattern_mismatch": "heeft niet de juiste vorm",
    "string_too_short": "is leeg",
    "too_short": "is leeg",
    "string_type": "moet tekst zijn",
    "string_unicode": "is geen geldige tekst (UTF-8)",
    "string_too_long": "is te lang",
    "int_type": "moet een heel getal zijn",
}


def in_dutch(error: object) -> str:
    """What pydantic found wrong, in Dutch."""
    facts = error if isinstance(error, dict) else {}
    kind = str(facts.get("type", ""))
    if kind == "literal_error":
        return f"heeft een onbekende waarde; kies uit {facts['ctx']['expected']}"
    if kind in _MESSAGES:
        return _MESSAGES[kind]
    return re.sub(r"^Value error, ", "", str(facts.get("msg", "klopt niet")))


def account_of(text: str) -> tuple[str, str]:
    """(platform, handle) of `@naam@host`, `@naam` or `naam`; raises `InvalidInput` when empty."""
    handle, _, host = text.strip().lstrip("@").partition("@")
    handle = " ".join(handle.split()).casefold()
    host = host.strip().casefold()
    if not handle or max(len(handle), len(host)) > MOST_NAME:
        raise InvalidInput(f"{text[:100]!r} is geen account.", field="accounts")
    return host, handle


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant with offset; raises `InvalidInput`."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(f"{text!r} is geen tijdstip.", field="at") from error
    if instant.tzinfo is None:
        raise InvalidInput(f"{text!r} mist de tijdzone, bijvoorbeeld +01:00.", field="at")
    return instant
