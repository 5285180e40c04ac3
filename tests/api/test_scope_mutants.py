"""Take away one scope filter at a time: a test of isolation must notice every one (trust.md §2).

The test of isolation says: *a neighbour changes nothing*. Every read of `/v1` in Rietmeer is asked
before and after Veldkoog moves in; the answers must be the same, nothing in them may come from next
door, and ids from next door must be absent here. Then each condition on `dossier_id` or
`organisation_id` in the look-ups of `app.storage` that these reads reach is replaced by `true`, one
by one, and the same check must fail. `docs/security-tests.md` lists them.
"""

from __future__ import annotations

import ast
import copy
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import true

from app.services import access, people, questions
from app.services.access import ROLE_TABLE
from app.services.labels import relabel
from app.services.setup import set_up
from app.storage import Session
from app.storage import sources as source_rows
from app.storage import users as user_rows
from app.storage.models import (
    BufferSample,
    Context,
    Dossier,
    DossierTerm,
    HandOver,
    Hit,
    Membership,
    PostRow,
    QuestionCluster,
    QuestionPair,
    Removal,
    Report,
    SavedView,
)  # fmt: skip
from tests.api.conftest import FEED_ADDRESS, FOREIGN_FEED
from tests.api.test_permissions import LIST, MOMENT, REQUESTS, _furnish, _operations, _path
from tests.api.town import FOREIGN, PLACE, Town
from tests.factories import DOSSIER, dossier_of, fetch, init_file, person, post, told
from tests.fakes import World

SIBLING, SIBLING_FEED = "de-dam", "https://dam.example/feed/"
SIBLING_POST = "https://dam.example/1"
#: The address of a reply that stands in a thread of the sibling alone.
THREAD = "https://bode.example/draad"
#: People of Rietmeer with a role in one dossier only.
PEOPLE = {
    "klein": ("lezer", DOSSIER),
    "klein-beheer": ("beheerder", DOSSIER),
    "dam": ("webcare", SIBLING),
}
HERE_ALONE = ("klein", "klein-beheer")
SCOPES = frozenset({"dossier_id", "organisation_id"})
MODULES = (
    "account_lists", "browse_posts", "desk", "dossiers", "inbox", "labels", "people", "posts",
    "questions", "removals", "reports", "sources", "trail", "tuning", "users",
)  # fmt: skip
#: Reached, and no leak by itself; why stands beside it.
SAFE_BY_CALLER: dict[str, str] = {
    "account_lists.hits_of[0]": "pseudonyms are made under the dossier's own key",
    "desk.uses_of_answers[0]": "looked up by the ids of the dossier's own themes",
    "inbox.hits_by_key[0]": "the keys come from the dossier's own archive",
    "questions.clusters[0]": "only clusters with questions that `heard` counted in the dossier are told",
    "posts.all_hits[0]": "reached by a helper of the tests alone",
    "removals.addresses[0]": "what it finds is asked again by hits_of_posts and hits_by_id",
    "removals.hits_of_posts[0]": "two walls: hits_by_id asks again",
    "removals.hits_by_id[0]": "two walls: hits_of_posts asked before",
    "removals.buffered[0]": "the keys are made of the names of the dossier's own sources",
    "tuning.sampling[1]": "what is kept is looked up by the sources that the other condition lets by",
    "tuning.fingerprint[0]": "only says whether a kept archive is still fresh",
    "tuning.fingerprint[1]": "only says whether a kept archive is still fresh",
}


# The mutants


@dataclass(frozen=True)
class Mutant:
    """One condition of one function, by its place among those of that function."""

    module: str
    function: str
    place: int
    source: str

    @property
    def name(self) -> str:
        return f"{self.module}.{self.function}[{self.place}]"


def _is_scope(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq)):
        return False
    left, right = node.left, node.comparators[0]
    if not (isinstance(left, ast.Attribute) and left.attr in SCOPES):
        return False
    if isinstance(right, ast.Name):
        return right.id in SCOPES
    return (
        isinstance(right, ast.Attribute)
        and isinstance(right.value, ast.Name)
        and right.value.id[0].islower()
        and right.attr in (*SCOPES, "id")
    )


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"app.storage.{name}")


def mutants() -> list[Mutant]:
    """Every scope condition in a look-up; statements that write are another matter."""
    found = []
    for name in MODULES:
        tree = ast.parse(inspect.getsource(_module(name)))
        for function in tree.body:
            if not isinstance(function, ast.FunctionDef):
                continue
            called = {n.func.id for n in ast.walk(function)
                      if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}  # fmt: skip
            if called & {"delete", "update"}:
                continue
            scopes = [node for node in ast.walk(function) if _is_scope(node)]
            found += [
                Mutant(name, function.name, place, ast.unparse(node))
                for place, node in enumerate(scopes)
            ]
    return found


def _mutated(mutant: Mutant) -> Callable[..., Any]:
    """The function with that one condition always true."""
    module = _module(mutant.module)
    tree = ast.parse(inspect.getsource(module))
    (function,) = [
        node for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == mutant.function
    ]  # fmt: skip
    function = copy.deepcopy(function)
    wanted = [node for node in ast.walk(function) if _is_scope(node)][mutant.place]

    class Swap(ast.NodeTransformer):
        def visit_Compare(self, node: ast.Compare) -> ast.AST:
            if node is wanted:
                return ast.copy_location(ast.Call(ast.Name("_true", ast.Load()), [], []), node)
            return self.generic_visit(node)

    flags = ast.parse("from __future__ import annotations").body
    body = ast.Module([*flags, Swap().visit(function)], [])
    names = {**vars(module), "_true": true}
    exec(compile(ast.fix_missing_locations(body), mutant.name, "exec"), names)
    made: Callable[..., Any] = names[mutant.function]
    return made


# The test of isolation

#: Reads beside those of the permission matrix: by people of one dossier, and by POST.
READS: tuple[tuple[str, str, str, dict[str, Any] | None], ...] = (
    ("GET", "/v1/dossiers", "lezer", None),
    ("GET", "/v1/dossiers", "klein", None),
    ("GET", PLACE, "klein", None),
    ("GET", f"{PLACE}/users", "klein-beheer", None),
    ("POST", f"{PLACE}/queries/preview", "analist", {"query": "Rietmeer"}),
    ("POST", f"{PLACE}/subject-requests/search", "beheerder",
     {"url": "https://veldkoog.example/1", "reason": "verzoek 1"}),
    ("POST", f"{PLACE}/subject-requests/search", "beheerder",
     {"url": THREAD, "reason": "verzoek 3"}),
    ("POST", f"{PLACE}/subject-requests/search", "beheerder",
     {"url": SIBLING_POST, "reason": "verzoek 4"}),
    ("POST", f"{PLACE}/subject-requests/search", "beheerder",
     {"handle": "@bode@mastodon.example", "reason": "verzoek 2"}),
)  # fmt: skip


@dataclass
class Street:
    """Two neighbours, the ways of each role in Rietmeer, and what Rietmeer answered when alone."""

    town: Town
    ways: dict[str, dict[str, str]]
    alone: dict[str, str] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    absent: list[tuple[str, str, str]] = field(default_factory=list)

    def answers(self) -> Iterator[tuple[str, str]]:
        """(path, status and body) of every read of `/v1` in Rietmeer's dossier."""
        scopes = _operations()
        for (method, path), request in REQUESTS.items():
            if method != "GET":
                continue
            scope = scopes[method, path]
            role = next(r for r, has in ROLE_TABLE.items() if any(p.value == scope for p in has))
            where = _path(self.town, path, DOSSIER)
            more = request(self.town)
            if path.endswith(("/audit", "/audit/export")):
                more = {"params": {"action": "user-added"}}
            said = self.town.ask("GET", where, self.ways[role], **more)
            yield where, f"{said.status_code} {said.text}"
        for method, where, role, body in READS:
            said = self.town.ask(method, where, self.ways[role], json=body)
            yield f"{where} as {role} {body}", f"{said.status_code} {said.text}"

    def trouble(self) -> str:
        """The first sign of a neighbour, or nothing."""
        for path, said in self.answers():
            if "veldkoog" in said.casefold() or said.startswith("5"):
                return f"{path}: {said[:80]}"
            if path not in self.shared and said != self.alone[path]:
                return f"{path} changed: {said[:80]}"
        for method, path, role in self.absent:
            headers = {"If-Match": '"999"'}
            said_here = self.town.ask(
                method,
                path,
                self.ways[role],
                headers=headers,
                json={"to": "x"} if method == "PUT" else None,
            )
            if said_here.status_code != 404:
                return f"{method} {path}: {said_here.status_code}"
        return ""


@pytest.fixture
def street(town: Town, world: World) -> Street:
    """Rietmeer answers alone; then Veldkoog gets one of everything, and more."""
    _furnish(town)
    world.shows(FEED_ADDRESS, post("los", "De bakker in Rietmeer heeft brood."))
    fetch(town.house)
    _next_house(town)
    told(town.house).version = "2"
    relabel(town.house, DOSSIER)  # so that the run of this dossier is not the first one there is
    _place_questions(town, DOSSIER)
    ways = {role: town.session(role) for role in (*ROLE_TABLE, *HERE_ALONE)}
    assert town.ask("POST", f"{PLACE}/queries/1/probes", ways["analist"], json={}).status_code < 300
    made = Street(town, ways)
    made.alone = dict(made.answers())
    made.shared = {path for path, said in made.answers() if said != made.alone[path]}
    _moves_in(town, world)
    with town.house.database.read() as session:
        foreign = dossier_of(session, FOREIGN)
        key = town.post_keys(FOREIGN)[-1]
        cluster = session.query(QuestionCluster).filter_by(dossier_id=foreign.id).first()
        assert cluster is not None
        asked = f"{PLACE}/question-clusters/{cluster.name}"
        assert foreign.id != dossier_of(session).id
    made.absent = [
        ("GET", f"{PLACE}/posts/{key}", "webcare"),
        ("GET", f"{PLACE}/posts/{key}/annotations", "webcare"),
        ("GET", f"{PLACE}/posts/{key}/acts", "webcare"),
        ("POST", f"{PLACE}/posts/{key}/opening", "webcare"),
        ("GET", asked, "webcare"),
        ("GET", f"{asked}/posts", "webcare"),
        ("GET", f"{PLACE}/moments/2", "lezer"),
        ("GET", f"{PLACE}/account-lists/2", "webcare"),
        ("DELETE", f"{PLACE}/account-lists/2", "webcare"),
        ("DELETE", f"{PLACE}/account-lists/2/members/2", "webcare"),
        ("GET", f"{PLACE}/queries/2", "analist"),
        ("GET", f"{PLACE}/probes/2", "analist"),
        ("GET", f"{PLACE}/sources/veldkoog-example-feed", "analist"),
        ("GET", f"{PLACE}/reports/2026-12-24", "adviseur"),
        ("GET", f"{PLACE}/users/lezer.veldkoog", "beheerder"),
        ("POST", f"{PLACE}/users/lezer.veldkoog/password", "beheerder"),
        ("GET", f"/v1/dossiers/{FOREIGN}", "beheerder"),
        ("GET", f"/v1/dossiers/{FOREIGN}/posts", "webcare"),
    ]
    assert made.trouble() == ""
    return made


def _place_questions(town: Town, slug: str) -> None:
    """Everything asked there stands in a cluster, with a person's words, and one pair was judged."""
    with town.house.database.write() as session:
        dossier = dossier_of(session, slug)
        for hit in session.query(Hit).filter_by(dossier_id=dossier.id):
            hit.is_question, hit.status, hit.theme = True, "gelabeld", "overig"
        questions.place_new(town.house, session, dossier.id)
        for row in session.query(QuestionCluster).filter_by(dossier_id=dossier.id):
            row.paraphrase = f"Wat vraagt {slug}?"
        ids = [hit.id for hit in session.query(Hit).filter_by(dossier_id=dossier.id)]
        session.add(
            QuestionPair(
                hit_id=ids[0], other_id=ids[-1], same=False, said_at=town.house.clock.now()
            )
        )


def _next_house(town: Town) -> None:
    """Another dossier of Rietmeer, still empty, and people with a role in one of the two alone."""
    set_up(town.house, init_file(SIBLING_FEED, dossier=SIBLING))
    for name, (role, dossier) in PEOPLE.items():
        person(town.house, f"{name}.rietmeer", role, organisation=None, dossier=dossier)
    with town.house.database.write() as session:
        small = user_rows.by_username(session, "klein.rietmeer")
        assert small is not None
        user_rows.add_membership(session, small, dossier_of(session, SIBLING).id, "webcare")


def _moves_in(town: Town, world: World) -> None:
    """Veldkoog: posts, a list, a moment, a version, a probe, an edition of its own days."""
    place = f"/v1/dossiers/{FOREIGN}"
    now = town.house.clock.now()
    world.shows(
        FOREIGN_FEED,
        *(
            post(f"v{n}", f"De opvang in Rietmeer, Veldkoog {n}", now, author="bode")
            for n in range(4)
        ),
        post("los", "De bakker in Rietmeer en Veldkoog"),
    )
    world.shows(
        SIBLING_FEED, post(SIBLING_POST, "De opvang in Rietmeer, Veldkoog en De Dam", now, author="bode"),
        post("d2", "De bakker in Rietmeer, Veldkoog en De Dam"),
    )  # fmt: skip
    told(town.house).version = "1"
    fetch(town.house, FOREIGN_FEED)
    fetch(town.house, SIBLING_FEED)
    told(town.house).version = "2"
    adviser, webcare, analyst = (
        town.token(role, "veldkoog") for role in ("adviseur", "webcare", "analist")
    )
    wanted = {"query": "opvang*", "note": "Veldkoog"}
    for way, part, body in (
        (adviser, "moments", MOMENT | {"title": "Veldkoog besluit"}),
        (webcare, "account-lists", LIST | {"name": "Veldkoog", "accounts": ["@veldkoog"]}),
        (analyst, "queries", wanted),
        (analyst, "queries/1/probes", {}),
    ):
        assert town.ask("POST", f"{place}/{part}", way, json=body).status_code < 300, part
    asked = {"reason": "Veldkoog"}
    assert town.ask("POST", f"{place}/queries/2/activation", analyst, json=asked).is_success
    _place_questions(town, FOREIGN)
    _place_questions(town, SIBLING)
    with town.house.database.write() as session:
        dossier = dossier_of(session, FOREIGN)
        _leave_traces(session, dossier, now)
        _leave_traces(session, dossier_of(session, SIBLING), now)
        for name, role in (("lezer", "webcare"), ("dam", "lezer"), ("klein-beheer", "beheerder")):
            lodger = user_rows.by_username(session, f"{name}.rietmeer")
            assert lodger is not None  # a role in another organisation is no role here
            session.add(
                Membership(user_id=lodger.id, organisation_id=dossier.organisation_id, role=role)
            )
        stray, here = user_rows.by_username(session, "lezer.veldkoog"), dossier_of(session)
        assert stray is not None
        session.add(
            Membership(
                user_id=stray.id,
                organisation_id=here.organisation_id,
                dossier_id=here.id,
                role="lezer",
            )
        )
        for source in source_rows.of_dossier(session, dossier.id):
            session.merge(BufferSample(source_id=source.id, offered=9))
        reply = town.house.vault.post_key("bode-example-feed", THREAD)
        there = session.query(Hit).filter_by(dossier_id=dossier_of(session, SIBLING).id).first()
        assert there is not None
        session.add(
            Context(hit_id=there.id, post_key=reply, relation="reply", text="", published_at=now)
        )
        report = session.query(Report).filter_by(dossier_id=dossier.id).first()
        assert report is not None
        values = {c.key: getattr(report, c.key) for c in Report.__mapper__.column_attrs}
        for kind, edition, day in (
            ("correction", 9, report.local_date),
            ("correction", 1, report.local_date.replace(month=12, day=24)),
        ):
            document = {**report.document, "dossier": "veldkoog"}
            changed = {"id": None, "kind": kind, "edition": edition, "local_date": day}
            session.add(Report(**{**values, **changed, "document": document}))


def _leave_traces(session: Session, dossier: Dossier, now: datetime) -> None:
    """Old posts, a view of the team, a hand-over, a value, proofs of deletion."""
    for hit in session.query(Hit).filter_by(dossier_id=dossier.id):
        session.get_one(PostRow, hit.post_id).first_seen = now - timedelta(days=200)
    proof = {"organisation_id": dossier.organisation_id, "kind": "buffer", "reason": "Veldkoog"}
    session.add_all(
        [
            SavedView(dossier_id=dossier.id, name="Veldkoog", query="", created_at=now),
            HandOver(
                dossier_id=dossier.id, post_key="f" * 64, recipient="Veldkoog", reference="1",
                at=now,
            ),
            DossierTerm(dossier_id=dossier.id, name="straatnaam", value="Veldkoog", position=0),
            Removal(dossier_id=dossier.id, at=now, **proof),
        ]
    )  # fmt: skip
    if dossier.slug == FOREIGN:
        session.add(Removal(at=now, **proof))


def test_a_neighbour_changes_nothing(street: Street) -> None:
    assert len(street.alone) > 20
    assert len(street.shared) < 5
    assert street.trouble() == ""


def _reached(street: Street, monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """The look-ups that the check itself comes by."""
    seen: set[tuple[str, str]] = set()
    street.town.house.archives.clear()

    def watched(name: str, module: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def told(*given: Any, **named: Any) -> Any:
            seen.add((module, name))
            return function(*given, **named)

        return told

    with monkeypatch.context() as patch:
        for one in {(m.module, m.function) for m in mutants()}:
            module = _module(one[0])
            patch.setattr(module, one[1], watched(one[1], one[0], getattr(module, one[1])))
        assert street.trouble() == ""
    return seen


def test_every_scope_filter_that_is_taken_away_is_noticed(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = _reached(street, monkeypatch)
    caught, missed, elsewhere = [], [], []
    for mutant in mutants():
        if (mutant.module, mutant.function) not in seen:
            elsewhere.append(mutant)
            continue
        with monkeypatch.context() as patch:
            patch.setattr(_module(mutant.module), mutant.function, _mutated(mutant))
            street.town.house.archives.clear()
            (caught if street.trouble() else missed).append(mutant)
    street.town.house.archives.clear()
    assert street.trouble() == ""
    print(f"\n{len(caught)} caught, {len(missed)} missed, {len(elsewhere)} not reached")
    print("\n".join(f"caught {m.name}: {m.source}" for m in caught))
    print("\n".join(f"not reached {m.name}" for m in elsewhere))
    print("\n".join(f"missed {m.name}: {m.source}" for m in missed))
    assert len(caught) >= 41
    assert {m.name for m in missed} <= set(SAFE_BY_CALLER)


def test_two_walls_that_fall_together_are_noticed(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    for mutant in mutants():
        if mutant.name in ("removals.hits_of_posts[0]", "removals.hits_by_id[0]"):
            monkeypatch.setattr(_module(mutant.module), mutant.function, _mutated(mutant))
    assert "subject-requests" in street.trouble()


WITHOUT: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "the organisation of the caller": (
        access, "_roles", lambda session, principal, dossier: frozenset(ROLE_TABLE),
    ),
    "the organisation of a user": (
        people, "user_of",
        lambda session, scope, username: people.user_rows.by_username(session, username),
    ),
    "the dossiers of a user": (
        access.user_rows, "dossiers_of",
        lambda session, user: access.dossier_rows.everything(session),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ["the organisation of the caller", "the organisation of a user"])
def test_a_choke_point_that_lets_through_is_noticed(
    street: Street, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    where, what, instead = WITHOUT[name]
    monkeypatch.setattr(where, what, instead)
    assert street.trouble() != ""


def test_a_list_of_all_dossiers_alone_still_leaks_nothing(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two walls: without the first, `_roles` still keeps the neighbour out."""
    where, what, instead = WITHOUT["the dossiers of a user"]
    monkeypatch.setattr(where, what, instead)
    assert street.trouble() == ""


def test_a_mutant_really_lacks_its_condition() -> None:
    (mutant,) = [m for m in mutants() if (m.module, m.function) == ("posts", "hit_in")]
    assert re.search(r"Hit\.dossier_id == dossier_id", mutant.source)
    assert "_true" in _mutated(mutant).__code__.co_names
