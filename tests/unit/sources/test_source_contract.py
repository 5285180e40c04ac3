"""The contract of every kind of source, the registered ones and the fake."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime

import pytest

from app import sources
from app.errors import InvalidInput
from app.outbound import Outbound
from app.records import HEALTHY, REASONS, FetchedPost, FetchResult, FetchState
from app.sources.fake import FakeSource
from app.sources.protocol import Source

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
EVERY = [*sorted(sources.kinds()), "nagebootst"]


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    with closing(Outbound(allow_private="", contact="x")) as door:
        yield door


@pytest.fixture(params=EVERY)
def source(request: pytest.FixtureRequest) -> Iterator[Source]:
    made: Source = FakeSource() if request.param == "nagebootst" else sources.get(request.param)
    yield made
    with suppress(AttributeError):
        made.close()  # type: ignore[attr-defined]


def test_feeds_are_a_registered_kind() -> None:
    assert "feed" in sources.kinds()
    assert sources.get("feed") is sources.get("feed")


def test_an_unknown_kind_is_named_with_the_ones_that_exist() -> None:
    with pytest.raises(InvalidInput, match=r"'fax'.*feed"):
        sources.get("fax")


@pytest.mark.parametrize("kind", sorted(sources.kinds()))
def test_a_kind_tells_what_it_reads_on_what_basis_and_what_was_tried(kind: str) -> None:
    told = sources.describe(kind)
    assert set(told) == {"kind", "title", "terms", "tried", "on", "settings"}
    assert all(told[part] for part in ("title", "terms", "tried"))
    assert told["on"] or "Niet tegen" in told["tried"] or "nog niet" in told["tried"].casefold()
    for setting in told["settings"]:
        assert setting["title"]
        assert setting["kind"] in ("text", "number", "choice", "flag")
        assert not setting["secret"] or setting["default"] == ""


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/", "http://169.254.169.254/", "ftp://a.example/", "http://[kapot",
        "niets", "", "https://www.facebook.com/groups/rietmeer",
    ],
)  # fmt: skip
def test_whatever_the_address_the_answer_has_a_reason_and_nothing_is_raised(
    source: Source, outbound: Outbound, address: str
) -> None:
    result = source.fetch(FetchState(address), outbound, NOW)
    assert isinstance(result, FetchResult)
    assert result.reason in REASONS
    if result.reason not in HEALTHY:
        assert result.detail
        assert result.state is None
    assert source.discover(address, outbound, NOW).reason in REASONS


def test_a_closed_group_is_refused_before_anything_is_asked(
    source: Source, outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("er is iets gevraagd")

    monkeypatch.setattr(outbound, "_ask", never)
    state = FetchState("https://www.facebook.com/groups/rietmeer")
    result = source.fetch(state, outbound, NOW)
    assert result.reason == "private-refused"
    assert "Besloten groepen" in result.detail
    assert source.discover(state.address, outbound, NOW).reason == "private-refused"


def test_the_fake_plays_its_results_in_order_and_then_nothing_changes(outbound: Outbound) -> None:
    first = FetchResult("ok", posts=(FetchedPost("1", "woorden"),))
    second = FetchResult("server-error", detail="stuk")
    fake, state = FakeSource([first, second]), FetchState("http://a.example/")
    assert fake.discover(state.address, outbound, NOW).sample == first.posts
    answers = [fake.fetch(state, outbound, NOW) for _ in range(3)]
    assert answers == [first, second, FetchResult("not-modified", state=state)]
    assert fake.asked == [state] * 3
