"""Reading happens in a process that can be killed, and starts again after it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors import UnreadableFeed
from app.sources import child as child_module
from app.sources.child import ParseChild

FEED = b'<rss version="2.0"><channel><title>%s</title><item><title>x</title></item></channel></rss>'
#: One element with very many attributes: quadratic work for the loose parser.
HEAVY = (
    b'<rss version="2.0"><channel><item><title '
    + b" ".join(b'a%d="b"' % n for n in range(200_000))
    + b">x</title></item></channel></rss> &onbekend;"
)


@pytest.fixture
def child() -> Iterator[ParseChild]:
    made = ParseChild()
    yield made
    made.close()


def pid(child: ParseChild) -> int:
    assert child._process is not None
    return child._process.pid


def test_one_process_reads_many_feeds(child: ParseChild) -> None:
    child.parse(FEED % b"een", "http://a.example/", "")
    first = pid(child)
    started = time.monotonic()
    for _ in range(20):
        assert child.parse(FEED % b"twee", "http://a.example/", "")["title"] == "twee"
    assert pid(child) == first
    assert time.monotonic() - started < 5


def test_what_takes_too_long_is_killed_and_the_next_feed_is_read() -> None:
    child = ParseChild(budget_s=1.0)
    try:
        started = time.monotonic()
        with pytest.raises(UnreadableFeed) as caught:
            child.parse(HEAVY, "http://a.example/", "")
        assert caught.value.reason == "parse-budget"
        assert time.monotonic() - started < 3
        assert child._process is None
        child._budget = 10.0
        assert child.parse(FEED % b"verder", "http://a.example/", "")["title"] == "verder"
    finally:
        child.close()


def test_a_child_that_died_is_replaced(child: ParseChild) -> None:
    child.parse(FEED % b"een", "http://a.example/", "")
    assert child._process is not None
    child._process.kill()
    child._process.wait()
    assert child.parse(FEED % b"twee", "http://a.example/", "")["title"] == "twee"


def test_a_child_that_dies_while_reading_is_unreadable_and_replaced(
    child: ParseChild, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_module, "START", "import sys; sys.stdin.buffer.read(8)")
    with pytest.raises(UnreadableFeed) as caught:
        child.parse(FEED % b"een", "http://a.example/", "")
    assert caught.value.reason == "unreadable"
    monkeypatch.undo()
    assert child.parse(FEED % b"twee", "http://a.example/", "")["title"] == "twee"


def test_a_feed_that_eats_memory_is_refused_and_the_same_child_reads_on(
    child: ParseChild, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = "import app.sources.parse as p; p.MEMORY = 256 * 2**20; p.main()"
    monkeypatch.setattr(child_module, "START", small)
    hog = b"[" + b'{"a":1},' * 1_500_000 + b"0]"
    with pytest.raises(UnreadableFeed) as caught:
        child.parse(hog, "http://a.example/", "")
    assert caught.value.reason == "unreadable"
    assert "te zwaar" in caught.value.message
    first = pid(child)
    assert child.parse(FEED % b"daarna", "http://a.example/", "")["title"] == "daarna"
    assert pid(child) == first


def test_several_threads_each_get_their_own_answer(child: ParseChild) -> None:
    def ask(number: int) -> str:
        return str(child.parse(FEED % str(number).encode(), "http://a.example/", "")["title"])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(40))) == [str(n) for n in range(40)]


def test_a_body_of_the_full_size_passes(child: ParseChild) -> None:
    body = b"<!DOCTYPE html><p>" + b"a" * (15 * 1024 * 1024 - 18)
    assert child.parse(body, "http://a.example/", "")["kind"] == "html"


def test_what_is_broken_is_unreadable_in_dutch(child: ParseChild) -> None:
    with pytest.raises(UnreadableFeed) as caught:
        child.parse(b'<rss version="2.0"><channel><title>x', "http://a.example/", "")
    assert caught.value.reason == "unreadable"
    assert caught.value.message.startswith("De feed is beschadigd")


def test_the_child_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLANKBORD_SECRET", "geheim")
    assert "KLANKBORD_SECRET" not in child_module._environment()
    assert child_module._environment()["PATH"] == os.environ["PATH"]


def test_closing_ends_the_process_and_may_be_done_twice(child: ParseChild) -> None:
    child.parse(FEED % b"een", "http://a.example/", "")
    number = pid(child)
    child.close()
    child.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
