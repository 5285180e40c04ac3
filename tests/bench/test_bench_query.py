"""The table of query-language.md §4, measured beside other engines in one run and printed as ratios.

Nothing here is timed against a bar: machines differ, and a busy one lies. `make bench` prints it.
KLANKBORD_BENCH_POSTS sets the largest archive (100,000 unless told; the table asks a million), and
KLANKBORD_TEST_POSTGRES adds PostgreSQL.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from query import CompiledQuery, Document
from query.archive import Archive
from query.engine import Engine
from query.scanning import available
from query.text import fold
from tests.bench import query_corpus
from tests.bench.query_peers import Fts5, Peer, Postgres, Regex, Tantivy, common, words_of

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3_600)]
BATCH = 20_000
LARGEST = int(os.environ.get("KLANKBORD_BENCH_POSTS", "100000"))
POSTGRES = os.environ.get("KLANKBORD_TEST_POSTGRES", "")


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The least processor time of several runs: what the work costs when nobody disturbs it."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent)


def told(title: str, rows: Sequence[tuple[str, float, str]]) -> None:
    """Our own row first; the others with their ratio to it."""
    own = rows[0][1]
    print(f"\n{title}")
    for name, figure, unit in rows:
        print(f"  {name:<34}{figure:>10.2f} {unit:<10}{figure / own:>8.1f}x")


def has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def in_batch() -> Iterator[Peer]:
    """Peers that index a batch and then run every query."""
    yield Fts5()
    if has("tantivy"):
        yield Tantivy()


@pytest.fixture
def archives() -> Iterator[list[Peer]]:
    """Peers that keep an archive."""
    postgres = [Postgres(POSTGRES)] if POSTGRES else []
    yield [*in_batch(), *postgres]
    for one in postgres:
        one.close()


@pytest.fixture(scope="module")
def posts() -> list[Document]:
    return list(query_corpus.posts(BATCH))


@pytest.fixture(scope="module")
def queries() -> dict[int, CompiledQuery]:
    return query_corpus.queries(3_420)


def first(queries: dict[int, CompiledQuery], count: int) -> dict[int, CompiledQuery]:
    return {number: queries[number] for number in range(count)}


def subset(queries: dict[int, CompiledQuery]) -> list[CompiledQuery]:
    return [CompiledQuery(tree) for query in queries.values() if (tree := common(query.tree))]


def micro(spent: float, count: int) -> float:
    return spent / count * 1e6


def test_one_query_from_raw_text(posts: list[Document], queries: dict[int, CompiledQuery]) -> None:
    one = first(queries, 1)
    engine = Engine.build(one)
    rows = [
        ("klankbord, from raw text", micro(seconds(lambda: engine.hits(posts)), BATCH), "µs/post")
    ]
    slow = Engine.build(one, fast=False)
    few = posts[:4_000]
    assert engine.hits(few) == slow.hits(few), "the fast path finds what the plain one finds"
    (query,) = subset(one)
    rows.append(
        ("klankbord, pure Python", micro(seconds(lambda: slow.hits(few), 1), 4_000), "µs/post")
    )
    for module in ("re", "re2"):
        if not has(module):
            continue
        peer = Regex(module)
        folded = [fold(post.text) for post in few]
        peer.add(folded)
        rows.append(
            (
                f"{peer.name}, folded text",
                micro(seconds(lambda p=peer: p.find(query)), 4_000),
                "µs/post",
            )
        )  # type: ignore[misc]

        def raw(peer: Regex = peer) -> None:
            peer.add([fold(post.text) for post in few])
            peer.find(query)

        rows.append((f"{peer.name}, from raw text", micro(seconds(raw), 4_000), "µs/post"))
    told("one query", rows)


@pytest.mark.parametrize("count", [34, 342, 3_420])
def test_many_queries(count: int, posts: list[Document], queries: dict[int, CompiledQuery]) -> None:
    standing = first(queries, count)
    built = seconds(lambda: Engine.build(standing), 1)
    engine = Engine.build(standing)
    other = {**standing, 0: queries[1]}
    changed = seconds(lambda: engine.with_query(0, other[0]))
    rows = [
        ("klankbord hits", micro(seconds(lambda: engine.hits(posts)), BATCH), "µs/post"),
        ("klankbord with spans", micro(seconds(lambda: engine.match(posts)), BATCH), "µs/post"),
    ]
    folded = [words_of(post.text) for post in posts]
    asked = subset(standing)
    for peer in in_batch():

        def work(peer: Peer = peer) -> None:
            peer.add(folded)
            for query in asked:
                peer.find(query)

        rows.append((f"{peer.name}, folded, batch", micro(seconds(work, 1), BATCH), "µs/post"))
    told(f"{count} queries; built in {built:.2f} s, one changed in {changed * 1e3:.1f} ms", rows)
    share = engine.tally.matched / max(engine.tally.scanned + engine.tally.by_token, 1)
    print(
        f"  matches per post {share:.3f}; decided by scan {engine.tally.scanned}, by token {engine.tally.by_token}"
    )
    assert engine.tally.scanned or not available()


def test_cost_against_the_number_of_posts(queries: dict[int, CompiledQuery]) -> None:
    engine = Engine.build(first(queries, 342))
    slow = Engine.build(first(queries, 342), fast=False)
    few = list(query_corpus.posts(1_000))
    assert engine.hits(few) == slow.hits(few)
    print("\n342 queries against the number of posts")
    for count in (1_000, 10_000, 100_000, 1_000_000):
        if count <= LARGEST:
            several = list(query_corpus.posts(count))
            print(
                f"  {count:>9} posts {micro(seconds(lambda s=several: engine.hits(s), 1), count):>8.2f} µs/post"
            )  # type: ignore[misc]


def test_backtests(archives: list[Peer]) -> None:
    documents = list(query_corpus.posts(LARGEST, of_places=1))
    began = time.process_time()
    archive = Archive.build(documents)
    rows = [("klankbord", LARGEST / (time.process_time() - began) / 1_000, "k posts/s")]
    folded = [words_of(post.text) for post in documents]
    for peer in archives:
        clock = time.perf_counter if peer.name == "PostgreSQL" else time.process_time
        began = clock()
        peer.add(folded)
        rows.append((peer.name, LARGEST / (clock() - began) / 1_000, "k posts/s"))
    told(f"building over {LARGEST} posts", rows)
    asked = query_corpus.edited(12)
    count = archive.preview(asked[0]).count
    for kind, keep in (("cold", False), ("edited", True)):
        lines = [
            (name, middle(engine, asked, keep=keep), "ms")
            for name, engine in [("klankbord", archive), *((p.name, p) for p in archives)]
        ]
        told(f"count and newest 50 over {LARGEST} posts, {count} matches, {kind}", lines)
    for peer in archives:
        assert all(peer.preview(q)[0] == archive.preview(q).count for q in asked), peer.name


def middle(engine: Archive | Peer, asked: Sequence[CompiledQuery], *, keep: bool) -> float:
    """The median of the answers, in milliseconds of waiting; `keep` what earlier ones left behind."""
    engine.preview(asked[0])
    spent = []
    for query in asked[1:]:
        if not keep:
            engine.forget()
        began = time.perf_counter()
        engine.preview(query)
        spent.append(time.perf_counter() - began)
    return sorted(spent)[len(spent) // 2] * 1e3


def test_peers_find_the_same(queries: dict[int, CompiledQuery], archives: list[Peer]) -> None:
    several = list(query_corpus.posts(10_000))
    folded = [words_of(post.text) for post in several]
    engine = Engine.build(dict(enumerate(subset(first(queries, 342)))))
    hits = engine.hits(several)
    for peer in archives:
        peer.add(folded)
        for number, query in enumerate(subset(first(queries, 342))):
            assert peer.find(query) == [n for n, keys in enumerate(hits) if number in keys], (
                peer.name
            )
    print(
        f"\nequal match sets of 342 queries over {len(several)} posts: {', '.join(p.name for p in archives)}"
    )
