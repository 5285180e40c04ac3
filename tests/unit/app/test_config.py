"""Settings come from the environment, and a wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.config import load_settings, variables
from app.errors import ConfigError


def test_every_setting_has_a_variable_and_a_meaning() -> None:
    rows = variables()
    assert {"KLANKBORD_DATA_DIR", "KLANKBORD_DATABASE_URL", "KLANKBORD_CLOCK"} <= {
        r[0] for r in rows
    }
    assert all(meaning for _, _, meaning in rows)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KLANKBORD_FETCH_PARALLEL", "veel"),
        ("KLANKBORD_BUFFER_DAYS", "8"),
        ("KLANKBORD_LOG_LEVEL", "hard"),
        ("KLANKBORD_DELIVER_TO", "zomaar"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match=variable):
        load_settings()


def test_the_database_stands_in_the_data_folder_by_default(tmp_path: Path) -> None:
    assert load_settings(data_dir=tmp_path).database == f"sqlite:///{tmp_path}/klankbord.db"


def test_settings_do_not_change_after_reading(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        settings.contact = "iets anders"
