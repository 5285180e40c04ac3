"""What a test of the API does with its town: sign in, make a token, ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from app.services.house import House
from app.services.users import create_token
from tests.factories import DOSSIER, PASSWORD, hits

FOREIGN = "de-kazerne"
DAY = "2026-11-20"
PLACE = f"/v1/dossiers/{DOSSIER}"


@dataclass
class Town:
    house: House
    client: TestClient

    def token(self, role: str, town: str = "rietmeer") -> dict[str, str]:
        """The header of a machine that acts for the user with this role."""
        dossier = DOSSIER if town == "rietmeer" else FOREIGN
        made = create_token(
            self.house, username=f"{role}.{town}", role=role, dossier=dossier, expires=None
        )
        return {"Authorization": f"Bearer {made}"}

    def session(self, role: str, town: str = "rietmeer") -> dict[str, str]:
        """Sign in through the form; the headers of a script that runs in that browser."""
        self.client.cookies.clear()
        form = self.client.get("/sign-in").text
        answer = self.client.post(
            "/sign-in",
            data={"csrf": csrf_in(form), "username": f"{role}.{town}", "password": PASSWORD},
            follow_redirects=False,
        )
        assert answer.status_code == 303, answer.text
        cookie = self.client.cookies["klankbord_session"]
        token = csrf_in(self.client.get("/").text)
        self.client.cookies.clear()
        return {"Cookie": f"klankbord_session={cookie}", "X-CSRF-Token": token}

    def ask(self, method: str, path: str, way: dict[str, str], **more: Any) -> Response:
        self.client.cookies.clear()
        return self.client.request(method, path, headers=way | more.pop("headers", {}), **more)

    def post_keys(self, slug: str = DOSSIER) -> list[str]:
        """Post keys, oldest first."""
        return [hit.post_key for hit, _ in hits(self.house, slug)]


def csrf_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', page)
    assert found is not None
    return found[1]
