"""Ten people at once on both databases: of two changes to the same thing one is told to read again.

Every round ten people make fifty edits of the same five posts: labels, states and priorities. Who is
told that a colleague was first reads again and tries again. Nothing that was accepted may be missing,
and nothing that was refused may be there.

    KLANKBORD_TEST_ROUNDS=100 pytest tests/api/test_together.py
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from starlette.testclient import TestClient

from app.api.application import create_app
from app.services.house import House
from app.services.users import create_token
from app.storage.models import AuditLine, HitAct
from tests.factories import DOSSIER, NOW, fetch, hits, person, post, settle
from tests.fakes import World

PEOPLE, EDITS, HITS, MOST_TRIES = 10, 50, 5, 50
ROUNDS = int(os.environ.get("KLANKBORD_TEST_ROUNDS", "1"))
PLACE = f"/v1/dossiers/{DOSSIER}"
ACCEPTED = {"label": 201, "state": 200, "priority": 200}


@dataclass
class Colleague:
    """One person at one screen; remembers which edits were accepted, per post and kind."""

    client: TestClient
    way: dict[str, str]
    number: int
    accepted: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: int = 0

    def work(self, keys: list[str]) -> None:
        """One round: edit from the list as it was read, and read again when told so."""
        shown = self.client.get(f"{PLACE}/posts?limit={HITS}", headers=self.way).json()["posts"]
        versions = {one["postKey"]: one["version"] for one in shown}
        for turn in range(EDITS // PEOPLE):
            key = keys[(self.number + turn) % HITS]
            kind = tuple(ACCEPTED)[(self.number + turn) % len(ACCEPTED)]
            for _ in range(MOST_TRIES):
                answer = self.edit(kind, key, versions[key], turn)
                if answer.status_code == ACCEPTED[kind]:
                    self.accepted[key, kind] += 1
                    break
                assert answer.status_code == 412, answer.text
                self.refused += 1
                fresh = self.client.get(f"{PLACE}/posts/{key}", headers=self.way).json()
                versions[key] = fresh["version"]

    def edit(self, kind: str, key: str, version: int, turn: int) -> Any:
        if kind == "label":
            body: dict[str, Any] = {"status": "gelabeld", "subLabels": [f"I{turn % 6 + 1}"]}
            match = self.way | {"If-Match": f'"{version}"'}
            return self.client.post(f"{PLACE}/posts/{key}/annotations", json=body, headers=match)
        body = {"posts": [{"postKey": key, "version": version}]}
        if kind == "state":
            body["state"] = ("nieuw", "in behandeling", "beantwoord")[(self.number + turn) % 3]
        else:
            body["priority"] = (self.number + turn) % 3
        return self.client.post(f"{PLACE}/post-acts", json=body, headers=self.way)


def test_no_edit_is_lost_when_ten_people_edit_the_same_posts(house: House, world: World) -> None:
    settle(house)
    texts = [f"De opvang in Rietmeer, bericht {n}" for n in range(HITS)]
    world.shows("https://bode.example/feed/", *(post(str(n), t, NOW) for n, t in enumerate(texts)))
    fetch(house)
    keys = [hit.post_key for hit, _ in hits(house)]
    app = create_app(house)
    people = [colleague(house, app, number) for number in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE) as pool:
        for _ in range(ROUNDS):
            list(pool.map(lambda one: one.work(keys), people))
    for one in people:
        one.client.close()
    accepted: Counter[tuple[str, str]] = sum((one.accepted for one in people), Counter())
    refused = sum(one.refused for one in people)
    print(f"\n{ROUNDS} rounds: {accepted.total()} accepted, {refused} told to read again")
    assert accepted.total() == ROUNDS * EDITS
    assert refused > 0  # the test is only worth something when they really met
    nothing_is_lost(house, accepted)


def colleague(house: House, app: Any, number: int) -> Colleague:
    name = f"w.kade{number}"
    person(house, name, "webcare")
    token = create_token(house, username=name, role="webcare", dossier=DOSSIER, expires=None)
    client = TestClient(app, base_url="https://testserver")
    return Colleague(client, {"Authorization": f"Bearer {token}"}, number)


def nothing_is_lost(house: House, accepted: Counter[tuple[str, str]]) -> None:
    """Versions, histories, states and the log all say the same as the people were told."""
    with house.database.read() as session:
        for hit, _ in hits(house):
            labels = accepted[hit.post_key, "label"]
            acts = list(session.query(HitAct).filter_by(hit_id=hit.id).order_by(HitAct.id))
            assert len(acts) == accepted[hit.post_key, "state"] + accepted[hit.post_key, "priority"]
            assert hit.version - 1 == labels + len(acts)
            for before, after in pairwise(acts):
                assert after.before == before.after
            if acts:
                assert acts[-1].after["work_state"] == hit.work_state
                assert acts[-1].after["priority"] == hit.priority
            said = session.query(AuditLine).filter_by(action="labelled", subject=hit.post_key)
            assert said.count() == labels
        done = session.query(AuditLine).filter_by(action="post-acted").count()
    assert done == sum(count for (_, kind), count in accepted.items() if kind != "label")
