"""The console script as an outside tool runs it, and the file of a small fictional town."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.web import Web

SCRIPT = Path(sys.executable).with_name("klankbord")
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

INIT = """
[organisation]
slug = "rietmeer"
name = "Gemeente Rietmeer"
inhabitants = 24000

[dossier]
slug = "de-zonnehoek"
title = "Noodopvang De Zonnehoek"
reception_kind = "noodopvang"
phase = "before"
purpose = "Communicatie over het voorgenomen besluit"
legal_ground = "AVG art. 6 lid 1 e"
necessity = "Vragen op tijd zien"
starts = 2026-11-01
ends = 2027-05-01
report_at = "08:00"
query = "handreiking-2016"

[dossier.terms]
plaatsnaam = ["Rietmeer"]
opvanglocatie = ["De Zonnehoek"]
straatnaam = ["Molenweg"]
"bijnaam plaats" = ["'t Riet"]
gemeentenaam = ["gemeente Rietmeer"]
"naam burgemeester" = ["Terpstra"]
"twitteraccount gemeente" = ["@gemrietmeer"]

[[moment]]
at = 2026-11-20T20:00:00+01:00
kind = "raadsvergadering"
title = "Raad besluit"

[[source]]
kind = "feed"
address = "{address}"

[[account_list]]
kind = "journalists"
name = "Lokale pers"
reason = "Publieke functie"
expires = 2027-05-01
accounts = ["@voorbeeldbode@mastodon.example"]
"""


@dataclass
class Shell:
    """Runs the console script with an environment of its own."""

    folder: Path
    site: Web
    extra: dict[str, str] = field(default_factory=dict)

    def run(
        self, *arguments: str, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(SCRIPT), *arguments],
            input=stdin, capture_output=True, text=True, encoding="utf-8", env=self.environment(**environment), timeout=60,
            cwd=self.folder,
        )  # fmt: skip

    def environment(self, **environment: str) -> dict[str, str]:
        env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        env |= {
            "KLANKBORD_DATA_DIR": str(self.folder / "data"),
            "KLANKBORD_FETCH_ALLOW_PRIVATE": self.site.place,
            "KLANKBORD_CLOCK": NOW.isoformat(),
            "LC_ALL": "C",
        }
        return env | self.extra | environment

    def ok(self, *arguments: str, stdin: str = "", **environment: str) -> str:
        done = self.run(*arguments, stdin=stdin, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wrong(self, *arguments: str, stdin: str = "", code: int = 2, **environment: str) -> str:
        """One clear line on stderr, nothing on stdout, no traceback."""
        done = self.run(*arguments, stdin=stdin, **environment)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        lines = [line for line in done.stderr.splitlines() if line.startswith("klankbord: ")]
        assert len(lines) == 1, done.stderr
        return lines[0]


def lines(text: str) -> list[dict[str, Any]]:
    """NDJSON as a list."""
    return [json.loads(line) for line in text.splitlines()]
