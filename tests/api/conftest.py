"""A small town behind the API: two organisations, every role, and a client per way in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from app.api.application import create_app
from app.services.house import House
from app.services.setup import set_up
from app.storage.models import ROLES
from tests.api.town import FOREIGN, Town
from tests.factories import (
    NOW,
    at,
    draft_due,
    fetch,
    init_file,
    person,
    post,
    settle,
    told,
)
from tests.fakes import World, of_codes

QUESTION = "Hoeveel mensen komen er in de opvang in Rietmeer? @buurman"
THREAT = "Kom eens langs bij de opvang in Rietmeer, dan weten ze wie de baas is."


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose; a test signs in dozens of times."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("app.services.users._hasher", lambda: cheap)


@pytest.fixture
def town(lite_house: House, world: World) -> Iterator[Town]:
    """Rietmeer with hits, an edition and one user per role; Veldkoog next door with its own."""
    house = lite_house
    settle(house)
    set_up(house, init_file(FOREIGN_FEED, organisation="veldkoog", dossier=FOREIGN))
    told(house).say = {
        QUESTION: of_codes("I1", question=True),
        THREAT: of_codes("S3", threat=True),
    }
    world.shows(
        FEED_ADDRESS,
        post("1", QUESTION, NOW - timedelta(hours=2), url="https://bode.example/1"),
        post("2", THREAT, NOW - timedelta(hours=1), author="boos"),
        post("3", "De opvang in Rietmeer gaat open.", NOW),
    )
    world.shows(FOREIGN_FEED, post("v1", QUESTION))
    fetch(house)
    for role in ROLES:
        person(house, f"{role}.rietmeer", role)
        person(house, f"{role}.veldkoog", role, organisation="veldkoog")
    at(house, NOW + timedelta(days=1))
    draft_due(house)
    client = TestClient(
        create_app(house), base_url="https://testserver", raise_server_exceptions=False
    )
    with client:
        yield Town(house, client)


FEED_ADDRESS = "https://bode.example/feed/"
FOREIGN_FEED = "https://veldkoog.example/feed/"
