"""Ten people at once on both databases: of two changes to the same thing one is told to read again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from starlette.testclient import TestClient

from app.api.application import create_app
from app.services.house import House
from app.services.users import create_token
from tests.factories import DOSSIER, NOW, fetch, hits, person, post, settle
from tests.fakes import World

PEOPLE, ROUNDS, HITS = 6, 5, 3
PLACE = f"/v1/dossiers/{DOSSIER}"


def test_no_label_is_lost_when_ten_correct_the_same_posts(house: House, world: World) -> None:
    settle(house)
    texts = [f"De opvang in Rietmeer, bericht {n}" for n in range(HITS)]
    world.shows("https://bode.example/feed/", *(post(str(n), t, NOW) for n, t in enumerate(texts)))
    fetch(house)
    person(house, "w.kade", "webcare")
    token = create_token(house, username="w.kade", role="webcare", dossier=DOSSIER, expires=None)
    way = {"Authorization": f"Bearer {token}"}
    keys = [hit.post_key for hit, _ in hits(house)]
    app = create_app(house)

    def correct(number: int) -> list[int]:
        """One person: read each post, then correct it in the version that was read."""
        found = []
        with TestClient(app, base_url="https://testserver") as client:
            for turn in range(ROUNDS):
                key = keys[(number + turn) % HITS]
                etag = client.get(f"{PLACE}/posts/{key}", headers=way).headers["etag"]
                answer = client.post(
                    f"{PLACE}/posts/{key}/annotations",
                    json={"status": "gelabeld", "subLabels": [f"I{number % 6 + 1}"]},
                    headers=way | {"If-Match": etag},
                )
                found.append(answer.status_code)
        return found

    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = [status for several in pool.map(correct, range(PEOPLE)) for status in several]
    assert set(answers) <= {201, 412}
    kept = answers.count(201)
    assert kept >= HITS
    versions = {hit.post_key: hit.version for hit, _ in hits(house)}
    assert sum(version - 1 for version in versions.values()) == kept
    with TestClient(app, base_url="https://testserver") as client:
        history = [
            client.get(f"{PLACE}/posts/{key}/annotations", headers=way).json() for key in keys
        ]
    assert sum(len(said) for said in history) == kept
