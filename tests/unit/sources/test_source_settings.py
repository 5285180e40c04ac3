"""What a kind of source wants to know, checked against its own declaration."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.records import Setting
from app.services.source_settings import SEALED, checked, sealed, unsealed
from app.storage import Vault

DECLARED = (
    Setting("server", "Server", required=True),
    Setting("pages", "Bladzijden", "number", default="3"),
    Setting("order", "Volgorde", "choice", default="nieuw", choices=("nieuw", "oud")),
    Setting("replies", "Ook reacties", "flag"),
    Setting("token", "Toegangstoken van de organisatie", secret=True),
)


def test_defaults_fill_what_was_not_given() -> None:
    assert checked(DECLARED, {"server": " a.example ", "replies": "Ja"}) == {
        "server": "a.example", "pages": "3", "order": "nieuw", "replies": "ja", "token": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "server"),
        ({"server": "a", "pages": "veel"}, "pages"),
        ({"server": "a", "order": "dwars"}, "order"),
        ({"server": "a", "replies": "soms"}, "replies"),
        ({"server": "a", "onbekend": "1"}, "onbekend"),
        ({"server": "a\x00"}, "server"),
        ({"server": "a" * 3000}, "server"),
    ],
)
def test_a_wrong_setting_is_named(given: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as told:
        checked(DECLARED, given)
    assert told.value.facts["field"] == field


def test_a_secret_is_never_stored_in_clear(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "secret", tmp_path / "keys.json")
    values = checked(DECLARED, {"server": "a", "token": "geheim-token"})
    stored = sealed(DECLARED, values, vault)
    assert "geheim" not in str(stored)
    assert stored["token"].startswith(SEALED)
    assert unsealed(stored, vault) == values
