"""Bodies are hostile: at most one content encoding, unpacked piece by piece under a cap."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

import brotli

from app.errors import FetchFailed

CAP = 15 * 1024 * 1024
PIECE = 64 * 1024
#: gzip streams that may follow each other in one body; more of them is an attack on our time.
MOST_MEMBERS = 1000


class Unpacker(Protocol):
    def feed(self, data: bytes) -> Iterable[bytes]:
        """Unpacked pieces of `data`, lazily: who stops asking stops the unpacking."""

    def ended(self) -> bool:
        """False when the packed stream was cut off."""


def read_body(encoding: str, chunks: Iterable[bytes]) -> bytes:
    """Unpack a body of at most 15 MiB, packed and unpacked.

    Raises `FetchFailed` (`encoding`, `too-large`, or `connect` for a body that was cut off).
    """
    unpacker = _unpacker(encoding)
    body = bytearray()
    packed = 0
    for chunk in chunks:
        packed += len(chunk)
        if packed > CAP:
            raise _too_large()
        try:
            for piece in unpacker.feed(chunk):
                body += piece
                if len(body) > CAP:
                    raise _too_large()
        except (zlib.error, brotli.error) as error:
            raise FetchFailed("Het antwoord is niet uit te pakken.", reason="encoding") from error
    if packed and not unpacker.ended():
        raise FetchFailed("Het antwoord is afgebroken.", reason="connect")
    return bytes(body)


def _unpacker(encoding: str) -> Unpacker:
    names = [part.strip().casefold() for part in encoding.split(",") if part.strip()]
    if not names or names == ["identity"]:
        return _Plain()
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate", "br"):
        raise FetchFailed(
            f"Het antwoord is ingepakt als {encoding[:60]!r}; dat wordt niet gelezen.",
            reason="encoding",
        )
    if names[0] == "br":
        return _Brotli()
    return _Deflate() if names[0] == "deflate" else _Gzip()


def _too_large() -> FetchFailed:
    return FetchFailed("Het antwoord is groter dan 15 MiB.", reason="too-large")


class _Plain:
    def feed(self, data: bytes) -> Iterable[bytes]:
        return (data,)

    def ended(self) -> bool:
        return True


class _Gzip:
    """gzip, also several members after each other; padding after the last one is left alone."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(31)
        self._members = 1
        self._over = False

    def feed(self, data: bytes) -> Iterable[bytes]:
        while data and not self._over:
            yield from _inflate(self._inflater, data)
            if not self._inflater.eof:
                return
            data = self._inflater.unused_data
            if data:
                self._next_member(data)

    def _next_member(self, data: bytes) -> None:
        if not data.startswith(b"\x1f"):
            self._over = True
            return
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise FetchFailed("Het antwoord bestaat uit te veel stukjes.", reason="encoding")
        self._inflater = zlib.decompressobj(31)

    def ended(self) -> bool:
        return self._over or self._inflater.eof


class _Deflate:
    """deflate with the zlib head that the standard asks for, or without it as some servers do."""

    def __init__(self) -> None:
        self._inflater: zlib._Decompress | None = None
        self._head = b""

    def feed(self, data: bytes) -> Iterable[bytes]:
        if self._inflater is None:
            data = self._head + data
            if len(data) < 2:
                self._head = data
                return
            has_head = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._inflater = zlib.decompressobj(15 if has_head else -15)
        if not self._inflater.eof:
            yield from _inflate(self._inflater, data)

    def ended(self) -> bool:
        return self._inflater is not None and self._inflater.eof


def _inflate(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """All that `data` unpacks to, in pieces; the reader stops asking when it has had enough."""
    while True:
        piece = inflater.decompress(data, PIECE)
        if piece:
            yield piece
        data = inflater.unconsumed_tail
        if inflater.eof or (not data and len(piece) < PIECE):
            return


class _Brotli:
    def __init__(self) -> None:
        self._inflater = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterable[bytes]:
        # "can accept more" also says yes while output waits: only an empty piece means done
        piece = self._inflater.process(data, output_buffer_limit=PIECE)
        while piece:
            yield piece
            if self._inflater.is_finished():
                return
            piece = self._inflater.process(b"", output_buffer_limit=PIECE)

    def ended(self) -> bool:
        return bool(self._inflater.is_finished())
