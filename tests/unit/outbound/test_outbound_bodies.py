"""Bodies are hostile: one encoding, under a cap, never inflated at once."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib
from collections.abc import Iterator

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import FetchFailed
from app.outbound.bodies import CAP, PIECE, read_body


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS = {
    "": lambda data: data,
    "identity": lambda data: data,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
}


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("encoding", PACKERS)
@given(data=st.binary(max_size=2000), size=st.integers(1, 500))
def test_what_was_packed_comes_out_however_it_was_cut(
    encoding: str, data: bytes, size: int
) -> None:
    assert read_body(encoding, pieces(PACKERS[encoding](data), size)) == data


@pytest.mark.parametrize("size", [1, 2, 3, 1000, 10**6])
@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_deflate_without_a_head_is_read_to_its_end(size: int, length: int) -> None:
    data = b"opvang " * (length // 7) + b"x" * (length % 7)
    assert read_body("deflate", pieces(raw_deflate(data), size)) == data


@pytest.mark.parametrize("size", [1, 7, 10**6])
def test_gzip_members_after_each_other_are_one_body_and_padding_is_none(size: int) -> None:
    packed = gzip.compress(b"een ") + gzip.compress(b"twee")
    assert read_body("gzip", pieces(packed, size)) == b"een twee"
    assert read_body("gzip", pieces(packed + b"\0" * 20, size)) == b"een twee"


@pytest.mark.parametrize("encoding", ["", "gzip", "br", "deflate"])
def test_exactly_the_cap_is_read_and_one_byte_more_is_not(encoding: str) -> None:
    data = b"a" * CAP
    assert len(read_body(encoding, pieces(PACKERS[encoding](data), 65536))) == CAP
    with pytest.raises(FetchFailed) as caught:
        read_body(encoding, pieces(PACKERS[encoding](data + b"a"), 65536))
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_a_bomb_stays_small_in_memory(encoding: str) -> None:
    bomb = PACKERS[encoding](b"\0" * (128 * 1024 * 1024))
    tracemalloc.start()
    try:
        with pytest.raises(FetchFailed) as caught:
            read_body(encoding, iter([bomb]))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.reason == "too-large"
    assert most < 3 * CAP


def test_a_packed_body_above_the_cap_is_refused_whatever_is_in_it() -> None:
    empties = gzip.compress(b"") + b"\0" * (CAP + 1)
    with pytest.raises(FetchFailed) as caught:
        read_body("gzip", pieces(empties, 65536))
    assert caught.value.reason == "too-large"


def test_a_body_of_a_million_empty_members_takes_no_time() -> None:
    started = time.monotonic()
    with pytest.raises(FetchFailed) as caught:
        read_body("gzip", pieces(gzip.compress(b"") * 500_000, 65536))
    assert caught.value.reason == "encoding"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "encoding", ["gzip, gzip", "gzip,br", "identity, gzip", "compress", "zstd", "aws-chunked", "?"]
)
def test_more_than_one_encoding_or_an_unknown_one_is_refused(encoding: str) -> None:
    with pytest.raises(FetchFailed) as caught:
        read_body(encoding, iter([gzip.compress(b"woorden")]))
    assert caught.value.reason == "encoding"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_what_is_not_packed_as_it_says_is_refused(encoding: str) -> None:
    with pytest.raises(FetchFailed) as caught:
        read_body(encoding, iter([b"<rss>gewone woorden</rss>" * 10]))
    assert caught.value.reason == "encoding"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_a_packed_body_that_was_cut_off_is_not_taken_for_whole(encoding: str) -> None:
    packed = PACKERS[encoding](bytes(range(256)) * 40)
    with pytest.raises(FetchFailed) as caught:
        read_body(encoding, iter([packed[:-5]]))
    assert caught.value.reason == "connect"


@pytest.mark.parametrize("encoding", ["", "gzip", "br", "deflate"])
def test_no_body_is_an_empty_body(encoding: str) -> None:
    assert read_body(encoding, iter([])) == b""
