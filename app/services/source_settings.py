"""What a kind of source wants to know: checked against its declaration, secrets encrypted at rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.errors import InvalidInput
from app.records import Setting
from app.storage import Vault

SEALED = "versleuteld:"
MOST = 2000
YES, NO = ("ja", "true", "1"), ("nee", "false", "0", "")


def checked(declared: Sequence[Setting], given: Mapping[str, str]) -> dict[str, str]:
    """Every declared setting with a value that fits; raises `InvalidInput` naming the field."""
    names = {setting.name for setting in declared}
    for name in given:
        if name not in names:
            listed = ", ".join(sorted(names)) or "geen"
            raise InvalidInput(
                f"Deze soort bron kent geen instelling {name!r}; wel: {listed}.", field=name
            )
    return {one.name: _fitting(one, given.get(one.name, one.default).strip()) for one in declared}


def _fitting(setting: Setting, value: str) -> str:
    if not value:
        if setting.required:
            raise InvalidInput(f"{setting.title} is verplicht.", field=setting.name)
        return ""
    if len(value) > MOST or not value.isprintable():
        raise InvalidInput(f"{setting.title}: te lang of met stuurtekens.", field=setting.name)
    if setting.kind == "number" and not (value.isascii() and value.isdigit()):
        raise InvalidInput(f"{setting.title}: {value!r} is geen getal.", field=setting.name)
    if setting.kind == "choice" and value not in setting.choices:
        raise InvalidInput(
            f"{setting.title}: kies uit {', '.join(setting.choices)}.", field=setting.name
        )
    if setting.kind == "flag":
        if value.casefold() not in (*YES, *NO):
            raise InvalidInput(f"{setting.title}: schrijf ja of nee.", field=setting.name)
        return "ja" if value.casefold() in YES else "nee"
    return value


def sealed(declared: Sequence[Setting], values: Mapping[str, str], vault: Vault) -> dict[str, str]:
    """As they are stored: a secret never stands in the database in clear."""
    secret = {setting.name for setting in declared if setting.secret}
    return {
        name: SEALED + vault.encrypt(value) if value and name in secret else value
        for name, value in values.items()
    }


def unsealed(values: Mapping[str, str], vault: Vault) -> dict[str, str]:
    """As a source needs them; raises `StorageError` when the secret of the house has changed."""
    return {
        name: vault.decrypt(value.removeprefix(SEALED)) if value.startswith(SEALED) else value
        for name, value in values.items()
    }
