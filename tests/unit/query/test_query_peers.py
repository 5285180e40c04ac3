"""The handreiking's string means to SQLite FTS5 what it means here, on their common subset."""

from __future__ import annotations

from query import CompiledQuery, Document
from query.engine import Engine
from query.segment import Segment
from tests.bench import query_corpus
from tests.bench.query_peers import Fts5, common, words_of


def test_fts5_finds_the_same_among_ten_thousand_dutch_posts() -> None:
    posts = list(query_corpus.posts(10_000, of_places=12))
    folded = [words_of(post.text) for post in posts]
    peer = Fts5()
    peer.add(folded)
    plain = Segment.build([Document(text) for text in folded])
    original = Segment.build(posts)
    found = 0
    for query in query_corpus.queries(12).values():
        tree = common(query.tree)
        assert tree is not None
        same = CompiledQuery(tree)
        numbers = peer.find(same)
        assert numbers == plain.posts(tree).nonzero()[0].tolist()
        assert numbers == original.posts(tree).nonzero()[0].tolist()
        found += len(numbers)
    assert found > 50


def test_the_engine_and_the_segment_find_the_same_for_the_whole_string() -> None:
    posts = list(query_corpus.posts(4_000, of_places=12))
    queries = query_corpus.queries(12)
    engine, segment = Engine.build(queries), Segment.build(posts)
    hits = engine.hits(posts)
    for number, query in queries.items():
        expected = [number in keys for keys in hits]
        assert segment.posts(query.tree).tolist() == expected
        assert segment.posts(query.normal).tolist() == expected
