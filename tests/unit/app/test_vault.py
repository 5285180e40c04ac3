"""Keys: private files, no weak ones, pseudonyms that die with their key."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ConfigError, StorageError
from app.storage import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "keys" / "secret", tmp_path / "keys" / "pseudonyms.json")


def test_keys_are_made_once_and_private(vault: Vault, tmp_path: Path) -> None:
    again = Vault(tmp_path / "keys" / "secret", tmp_path / "keys" / "pseudonyms.json")
    assert vault.post_key("a", "1") == again.post_key("a", "1")
    vault.create_key("riet/hoek")
    for name in ("secret", "pseudonyms.json"):
        assert (tmp_path / "keys" / name).stat().st_mode & 0o777 == 0o600


def test_parts_of_a_key_do_not_run_into_each_other(vault: Vault) -> None:
    assert vault.post_key("ab", "c") != vault.post_key("a", "bc")


@pytest.mark.parametrize("weak", ["", "geheim", "a" * 64])
def test_a_weak_secret_is_refused(tmp_path: Path, weak: str) -> None:
    (tmp_path / "secret").write_text(weak)
    with pytest.raises(ConfigError, match="te zwak"):
        Vault(tmp_path / "secret", tmp_path / "pseudonyms.json")


def test_pseudonyms_differ_per_dossier_and_end_with_the_key(vault: Vault) -> None:
    vault.create_key("riet/een")
    vault.create_key("riet/twee")
    first = vault.pseudonym("riet/een", "jan", "forum.example")
    assert first != vault.pseudonym("riet/twee", "jan", "forum.example")
    assert vault.destroy_key("riet/een")
    with pytest.raises(ConfigError, match="ontbreekt"):
        vault.pseudonym("riet/een", "jan", "forum.example")
    vault.create_key("riet/een")
    assert vault.pseudonym("riet/een", "jan", "forum.example") != first


def test_what_another_secret_encrypted_is_not_read(vault: Vault, tmp_path: Path) -> None:
    other = Vault(tmp_path / "ander" / "secret", tmp_path / "ander" / "pseudonyms.json")
    sealed = vault.encrypt("https://forum.example/1")
    assert "forum" not in sealed
    assert vault.decrypt(sealed) == "https://forum.example/1"
    with pytest.raises(StorageError, match="KLANKBORD_SECRET_FILE"):
        other.decrypt(sealed)


def test_an_id_with_a_lone_surrogate_keeps_its_name(vault: Vault) -> None:
    assert vault.decrypt(vault.encrypt("a\ud800b")) == "a\ud800b"
    assert vault.post_key("a", "\ud800") != vault.post_key("a", "\ud801")
