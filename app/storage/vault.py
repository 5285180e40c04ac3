"""Keys live in files of their own, mode 0600, never in the database and never in a log line.

Two files: the *secret* (encryption of raw ids and URLs, post keys, cookies) and the *pseudonym
keys*, one per dossier, each of which can be destroyed without touching the others (trust.md P4).
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from app.errors import ConfigError, StorageError

LEAST_BYTES = 32


class Vault:
    """All keyed work of the house: post keys, pseudonyms, encryption, hashes of tokens."""

    def __init__(self, secret_path: Path, pseudonym_path: Path) -> None:
        self._pseudonyms = pseudonym_path
        secret = _secret(secret_path)
        self._post = _derived(secret, b"post-key")
        self._token = _derived(secret, b"token")
        self._cipher = Fernet(base64.urlsafe_b64encode(_derived(secret, b"address")))
        self._cache: dict[str, bytes] = {}

    def post_key(self, source: str, canonical_id: str) -> str:
        """HMAC(source, canonical id): the only name of a post outside the encrypted table."""
        return _mac(self._post, source, canonical_id)

    def url_key(self, organisation: str, url: str) -> str:
        return _mac(self._post, "url", organisation, url)

    def thread_key(self, organisation: str, thread: str) -> str:
        return _mac(self._post, "thread", organisation, thread)

    def token_hash(self, token: str) -> str:
        return _mac(self._token, token)

    def encrypt(self, text: str) -> str:
        return self._cipher.encrypt(text.encode("utf-8", "surrogatepass")).decode("ascii")

    def decrypt(self, token: str) -> str:
        """Raises `StorageError` when the secret is not the one that encrypted it."""
        try:
            return self._cipher.decrypt(token.encode("ascii")).decode("utf-8", "surrogatepass")
        except InvalidToken as error:
            raise StorageError(
                "Het adres is met een andere sleutel versleuteld (KLANKBORD_SECRET_FILE)."
            ) from error

    def pseudonym(self, key_name: str, handle: str, host: str) -> str:
        """HMAC-SHA-256 of an account under the dossier's own key; 64 hex characters."""
        return _mac(self._dossier_key(key_name), handle, host)

    def create_key(self, key_name: str) -> None:
        """Make the dossier's pseudonym key when it is not there yet."""
        with _locked(self._pseudonyms):
            keys = _read_keys(self._pseudonyms)
            if key_name not in keys:
                keys[key_name] = secrets.token_hex(LEAST_BYTES)
                _write_private(self._pseudonyms, json.dumps(keys, indent=1, sort_keys=True))
        self._cache.pop(key_name, None)

    def destroy_key(self, key_name: str) -> bool:
        """Forget a dossier's key for good: its pseudonyms can never be linked again."""
        with _locked(self._pseudonyms):
            keys = _read_keys(self._pseudonyms)
            there = keys.pop(key_name, None) is not None
            if there:
                _write_private(self._pseudonyms, json.dumps(keys, indent=1, sort_keys=True))
        self._cache.pop(key_name, None)
        return there

    def _dossier_key(self, key_name: str) -> bytes:
        if key_name not in self._cache:
            value = _read_keys(self._pseudonyms).get(key_name)
            if value is None:
                raise ConfigError(
                    f"De pseudoniemsleutel {key_name!r} ontbreekt in "
                    f"{self._pseudonyms} (KLANKBORD_PSEUDONYM_KEY_FILE)."
                )
            self._cache[key_name] = bytes.fromhex(value)
        return self._cache[key_name]


def _mac(key: bytes, *parts: str) -> str:
    sealed = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        sealed.update(len(data).to_bytes(8, "big") + data)
    return sealed.hexdigest()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return hmac.new(secret, b"klankbord/" + purpose, hashlib.sha256).digest()


def _secret(path: Path) -> bytes:
    if not path.exists():
        with _locked(path):
            if not path.exists():
                _write_private(path, secrets.token_hex(LEAST_BYTES))
    try:
        secret = path.read_text("utf-8").strip().encode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Het geheim {path} is niet te lezen (KLANKBORD_SECRET_FILE).") from error
    if len(secret) < LEAST_BYTES or len(set(secret)) < 8:
        raise ConfigError(
            f"Het geheim in {path} is te zwak: minstens {LEAST_BYTES} tekens, "
            "willekeurig gekozen (KLANKBORD_SECRET_FILE)."
        )
    return secret


def _read_keys(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        keys = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"De pseudoniemsleutels in {path} zijn niet te lezen (KLANKBORD_PSEUDONYM_KEY_FILE)."
        ) from error
    if not isinstance(keys, dict):
        raise ConfigError(f"De pseudoniemsleutels in {path} zijn geen lijst van sleutels.")
    return keys


def _write_private(path: Path, text: str) -> None:
    """Write whole or not at all, readable for the owner alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(path.with_name(path.name + ".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise StorageError(
            f"De sleutelmap {path.parent} is niet te beschrijven: {error}."
        ) from error
