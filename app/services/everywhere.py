"""One inbox over every dossier the caller may read: pages of each, merged in one order.

The choke point is passed per dossier, so what may be read, judged or searched stays what it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.errors import InvalidInput
from app.services import cursors, posts
from app.services.access import Permission, Principal, Scope, visible
from app.services.house import House
from app.services.posts import PostFilter, ShownPost
from app.storage import Session
from app.storage.inbox import Place, rank_of

#: Filters that name something of one dossier.
OF_ONE = {"source": "De bron", "account_list": "De accountlijst"}


@dataclass(frozen=True, slots=True)
class Line:
    """A post with the dossier it is a hit of; one post may be a hit of several."""

    slug: str
    title: str
    post: ShownPost


@dataclass(frozen=True, slots=True)
class Everything:
    """`cursor` is "" on the last page; `read` says per dossier how many posts were shown."""

    lines: tuple[Line, ...]
    cursor: str
    read: dict[str, int]


def read_page(
    house: House,
    session: Session,
    principal: Principal,
    wanted: Callable[[Scope], PostFilter],
    cursor: str,
    limit: int,
    *,
    by_urgency: bool = False,
) -> Everything:
    """One page over all dossiers. Raises `InvalidInput` on a filter of one dossier alone."""
    lines: list[Line] = []
    frontier: list[Place] = []
    for scope in visible(session, principal):
        if not scope.may(Permission.POSTS):
            continue
        asked = wanted(scope)
        for name, words in OF_ONE.items():
            if getattr(asked, name):
                raise InvalidInput(f"{words} kiest u binnen één dossier.", field=name)
        page = posts.read_page(house, session, scope, asked, cursor, limit, by_urgency=by_urgency)
        lines += [Line(scope.dossier.slug, scope.dossier.title, post) for post in page.posts]
        there = cursors.read_cursor(page.cursor)
        if there is not None:
            frontier.append(there)

    def order(place: Place) -> tuple[int, datetime, str]:
        rank, at, key = place
        return (-rank if by_urgency else 0, at, key)

    lines.sort(key=lambda line: order(_place(line)), reverse=True)
    known = [line for line in lines if all(order(_place(line)) >= order(one) for one in frontier)]
    shown = known[:limit]
    while len(shown) < len(known) and _place(known[len(shown)]) == _place(shown[-1]):
        shown.append(known[len(shown)])  # the same post in another dossier goes with it
    more = ""
    if len(shown) < len(known):
        more = cursors.write_cursor(_place(shown[-1]))
    elif frontier:
        more = cursors.write_cursor(max(frontier, key=order))
    read: dict[str, int] = {}
    for line in shown:
        read[line.slug] = read.get(line.slug, 0) + 1
    return Everything(tuple(shown), more, read)


def _place(line: Line) -> Place:
    row = line.post.row
    return rank_of(row.urgency), row.published_at, row.post_key
