"""The addresses of the pages and the field names of their forms: one list for links and routes.

| form | method and path | fields |
|---|---|---|
| sign in | POST `/sign-in` | `csrf username password next` |
| sign out | POST `/sign-out` | `csrf` |
| interpretation | POST `/dossiers/{slug}/reports/{date}/interpretation` | `csrf version edition text` |
| approve | POST `/dossiers/{slug}/reports/{date}/approval` | `csrf version edition` |
| correct a label | POST `/dossiers/{slug}/posts/{post_key}/labels` | `csrf version status sub_label* confirmed note return` |
| open at source | POST `/dossiers/{slug}/posts/{post_key}/open` | `csrf return` |
| | answers with the page of `OpenView` (a redirect to another site is refused by the browser) | |
| filter posts | GET `/dossiers/{slug}/posts` | `label subLabel source group accountList locality status text from to cursor` |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote, urlencode

OVERVIEW = "/"
SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
STATIC = "/static/"


def dossier(slug: str, part: str = "") -> str:
    """The address of a dossier, or of one of its parts ("posts", "sources", "query", …)."""
    base = f"/dossiers/{quote(slug, safe='')}"
    return f"{base}/{part}" if part else base


def report(slug: str, day: date | str) -> str:
    return dossier(slug, f"reports/{quote(str(day), safe='')}")


def interpretation(slug: str, day: date | str) -> str:
    return report(slug, day) + "/interpretation"


def approval(slug: str, day: date | str) -> str:
    return report(slug, day) + "/approval"


def posts(slug: str, query: Mapping[str, str] | None = None) -> str:
    """The list of posts; empty values of `query` are left out of the address."""
    kept = {name: value for name, value in (query or {}).items() if value}
    return dossier(slug, "posts") + (f"?{urlencode(kept)}" if kept else "")


def labels(slug: str, post_key: str) -> str:
    return dossier(slug, f"posts/{quote(post_key, safe='')}/labels")


def opening(slug: str, post_key: str) -> str:
    return dossier(slug, f"posts/{quote(post_key, safe='')}/open")
