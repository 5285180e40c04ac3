"""A site on loopback and a reading process, one of each per file and clean for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.sources.asking import Asker
from app.sources.feed import FeedSource
from tests.web import Web, web


@pytest.fixture(scope="module")
def one_site() -> Iterator[Web]:
    with web() as made:
        yield made


@pytest.fixture
def site(one_site: Web) -> Web:
    one_site.pages.clear()
    one_site.asked.clear()
    return one_site


@pytest.fixture(scope="module")
def one_reader() -> Iterator[FeedSource]:
    made = FeedSource()
    yield made
    made.close()


@pytest.fixture
def reader(one_reader: FeedSource) -> FeedSource:
    """One reading process for all, but nothing remembered of another test's robots.txt."""
    one_reader._asker = Asker()
    return one_reader
