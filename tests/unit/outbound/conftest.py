"""A way out that may reach loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from app.outbound import Outbound
from tests.unit.outbound.wire import LOOPBACK


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    with closing(Outbound(allow_private=LOOPBACK, contact="info@rietmeer.example")) as door:
        yield door
