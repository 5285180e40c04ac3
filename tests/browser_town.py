"""A town that has lived for four days, for the browser: posts of every kind, editions, people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from app.services import answers, users
from app.services.house import House
from app.storage.models import ROLES, MomentRow
from tests.factories import (
    FEED,
    FORUM,
    at,
    dossier_of,
    draft_due,
    fetch,
    house_at,
    person,
    post,
    settle,
    told,
)
from tests.fakes import World, of_codes

FIRST = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
POSTS = [
    (
        "Hoeveel mensen komen er in de opvang in Rietmeer? @buurman",
        replace(of_codes("I1", question=True), theme="aantal"),
    ),
    ("Ik vind de opvang in Rietmeer <b>prima</b> geregeld", of_codes("B5")),
    ("Zaterdag stil protest tegen de opvang in Rietmeer, 14 uur", of_codes("S1")),
    ("Kom eens langs bij de opvang in Rietmeer, dan weten ze het", of_codes("S3", threat=True)),
    ("Kan ik kleding brengen naar de opvang in Rietmeer?", of_codes("I6", "S4", question=True)),
    ("De opvang in Rietmeer gaat maandag open", None),
    ("De bakker in Rietmeer heeft nieuw brood", None),
    ("De voetbalclub zoekt een keeper", None),
    (
        "Met hoeveel kinderen komen ze naar de opvang in Rietmeer?",
        replace(of_codes("I1", question=True), theme="aantal"),
    ),
]


def lived_in(url: str, folder: Path) -> House:
    """A house with four editions, a moment ahead, a failing source and a user per role."""
    house = house_at(url, folder, FIRST, cookie_secure=False)
    world = World()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.sources.get", lambda kind: world)
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(users, "_hasher", lambda: cheap)
        settle(house, FEED, FORUM)
        told(house).say = {text: said for text, said in POSTS if said is not None}
        for day in range(4):
            now = FIRST + timedelta(days=day)
            world.shows(
                FEED,
                *(
                    post(
                        f"{day}-{n}", text, now + timedelta(minutes=n), url="https://bode.example/1"
                    )
                    for n, (text, _) in enumerate(POSTS)
                ),
            )
            world.answers(FORUM, RuntimeError("de server is stuk"))
            at(house, now + timedelta(hours=3))
            fetch(house)
            at(house, now + timedelta(days=1))
            draft_due(house)
        with house.database.write() as session:
            session.add(
                MomentRow(
                    dossier_id=dossier_of(session).id, at=house.clock.now() + timedelta(days=1),
                    kind="raadsvergadering", title="Raad besluit", version=1,
                )
            )  # fmt: skip
        for role in ROLES:
            person(house, f"{role}.rietmeer", role)
        answered(house)
    return house


def answered(house: House) -> None:
    """One approved answer, to the question how many people will come."""
    with house.database.write() as session:
        theme = answers.save_theme(
            session, dossier_of(session), "aantal", title="Aantal mensen", kind="feitelijk"
        )
        said = answers.write(house, session, theme, "Er komen honderd.", answers.KNOWN, None)
        answers.approve(house, session, theme, 1, said.version)
