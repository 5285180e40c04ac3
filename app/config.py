"""Settings: every one has a variable `KLANKBORD_…`; read once at the edge and passed down frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.errors import ConfigError

PREFIX = "KLANKBORD_"


class Settings(BaseSettings):
    """All settings of the service. Field descriptions are what `doctor --settings` prints."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore"
    )

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("klankbord", appauthor=False),
        description="map voor database, sleutels, modellen en uitvoer",
    )
    database_url: str = Field(
        "", description="sqlite:///… of postgresql+psycopg://…; leeg: SQLite in de datamap"
    )
    fetch_allow_private: Annotated[str, NoDecode] = Field(
        "",
        description="besloten adressen die toch opgehaald mogen worden: host:poort, "
        "a.b.c.d/n:poort of [v6/n]:poort, door komma's gescheiden; poort mag * zijn",
    )
    clock: str = Field("", description="een vast tijdstip met tijdzone; leeg: de echte klok")
    secret_file: Path | None = Field(None, description="geheim voor versleuteling en cookies")
    pseudonym_key_file: Path | None = Field(None, description="sleutels voor pseudoniemen")
    contact: str = Field(
        "https://voorbeeld.example/klankbord",
        description="contactadres in de naam waarmee Klankbord zich bij bronnen meldt",
    )
    fetch_parallel: int = Field(4, ge=1, le=32, description="bronnen die tegelijk opgehaald worden")
    fetch_interval_s: int = Field(
        900, ge=60, le=86400, description="gewone tijd tussen twee keer ophalen, in seconden"
    )
    fetch_interval_max_s: int = Field(
        21600, ge=60, le=86400, description="langste tijd tussen twee keer ophalen, in seconden"
    )
    buffer_enabled: bool = Field(
        True, description="niet-gevonden berichten kort bewaren om de zoekopdracht af te stellen"
    )
    buffer_rows: int = Field(50_000, ge=0, le=50_000, description="meeste bufferrijen per bron")
    buffer_days: int = Field(7, ge=1, le=7, description="dagen dat een bufferrij blijft")
    session_hours: int = Field(12, ge=1, le=72, description="uren dat een aanmelding geldig is")
    cookie_secure: bool = Field(
        True, description="cookie alleen over https; uitzetten kan alleen op een lokaal adres"
    )
    body_limit: int = Field(
        1_048_576, ge=1024, le=16_777_216, description="grootste verzoek aan de API, in bytes"
    )
    upload_limit: int = Field(
        20_971_520, ge=1024, le=52_428_800, description="grootste bestand om in te lezen, in bytes"
    )
    deliver_to: Annotated[str, NoDecode] = Field(
        "folder:verslagen",
        description="waar een goedgekeurd verslag heen gaat: bezorger:ontvanger, door komma's "
        "gescheiden; folder:naam is een map exports/<dossier>/naam in de datamap",
    )
    public_url: str = Field(
        "", description="het adres waarop mensen Klankbord openen, voor links in mail en feeds"
    )
    mail_host: str = Field("", description="mailserver; leeg: er gaat geen mail uit")
    mail_port: int = Field(587, ge=1, le=65_535, description="poort van de mailserver")
    mail_from: str = Field("", description="afzender van mail, een mailadres")
    mail_user: str = Field("", description="aanmelden bij de mailserver; leeg: zonder aanmelden")
    mail_password_file: Path | None = Field(
        None, description="bestand met het wachtwoord voor de mailserver"
    )
    mail_security: str = Field("starttls", description="starttls, tls of none")
    webhook_secret_file: Path | None = Field(
        None, description="bestand met het gedeelde geheim waarmee webhooks worden ondertekend"
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING of ERROR")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        level = value.upper()
        if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("kies DEBUG, INFO, WARNING of ERROR")
        return level

    @field_validator("mail_security")
    @classmethod
    def _known_security(cls, value: str) -> str:
        if value not in ("starttls", "tls", "none"):
            raise ValueError("kies starttls, tls of none")
        return value

    @field_validator("deliver_to")
    @classmethod
    def _desks_named(cls, value: str) -> str:
        if any(":" not in part for part in value.split(",") if part.strip()):
            raise ValueError("schrijf bezorger:ontvanger, bijvoorbeeld folder:verslagen")
        return value

    @property
    def desks(self) -> tuple[tuple[str, str], ...]:
        """(notifier, recipient) of every desk that gets an approved edition."""
        parts = (part.strip().partition(":") for part in self.deliver_to.split(",") if part.strip())
        return tuple((notifier.strip(), recipient.strip()) for notifier, _, recipient in parts)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL that is really used."""
        return self.database_url or f"sqlite:///{self.data_dir / 'klankbord.db'}"

    @property
    def secret_path(self) -> Path:
        return self.secret_file or self.data_dir / "keys" / "secret"

    @property
    def pseudonym_path(self) -> Path:
        return self.pseudonym_key_file or self.data_dir / "keys" / "pseudonyms.json"


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment; raises `ConfigError` naming the variable that is wrong."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigError(f"{name} klopt niet: {first['msg']}") from error


def variables() -> list[tuple[str, str, str]]:
    """(variable, default, meaning) of every setting, for `doctor --settings` and the docs."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory or field.default is None else str(field.default)
        rows.append((PREFIX + name.upper(), default, field.description or ""))
    return rows
