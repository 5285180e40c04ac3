"""The engine says what the plain evaluator says, on hostile texts, with and without hyperscan."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from query import Document, ast
from query.archive import Archive
from query.block import WORDY, fold_block
from query.engine import SMALLEST, Engine
from query.matcher import CompiledQuery
from query.segment import Segment
from query.text import tokenize

PIECES = (
    "azc", "AZC's", "opvang", "noodopvang", "#azc", "#OpvangNee", "@gem", "@gem.riet", "@gem@a.example",
    "info@gem", "Syrië", "Syrie\u0308", "straße", "STRASSE", "œuvre", "ﬁets", "op\u00advang", "op\u200dvang",
    "İstanbul", "ıstanbul", "Øre", "IND", "ind", "kinderen", "IND-besluit", "#IND", "Best", "best",
    "🏠", "👩🏽\u200d🚒", "❤️", "2️⃣", "kies2️⃣", "🇳🇱", "ℹ", "❶", "https://azc.example/opvang",
    "opvanghttps://x.example", "www.azc.example", "zie:http://azc", "m²", "½", "№5", "ａｚｃ", "مرحبا", "мир",
    "가", "\u1100\u1161", "asiel-zoekers", "asiel", "zoekers", "a", "b", ".", "\n", "\u00a0", "#", "@", "\u0301",
    "#\u0301azc", "azc\ud800", "_azc_", "azc_1", "…", "’s", "'t", "riet",
)  # fmt: skip
texts = st.lists(
    st.sampled_from(PIECES) | st.text(max_size=3), max_size=9
).flatmap(lambda parts: st.sampled_from([" ", "", "-"]).map(lambda glue: glue.join(parts)))  # fmt: skip
words = ("azc", "opvang", "syrie", "strasse", "oeuvre", "fiets", "istanbul", "ind", "best", "a", "gem",
         "asiel", "zoekers", "riet", "m2", "12", "kies", "kies2", "azci", "мир", "가", "s", "t", "no5", "ore")  # fmt: skip
word = st.sampled_from(words)
pattern = st.sampled_from(
    ("opv*", "*vang", "*vang*", "az?", "?zc", "syri*", "a*c", "i?d", "*a", "мир*", "k*s?", "1?")
)
leaf = st.one_of(
    word.map(ast.Word),
    pattern.map(ast.Wildcard),
    (word | pattern).map(ast.Hashtag),
    st.sampled_from(("gem", "gem.riet", "gem@a.example", "azc", "a")).map(ast.Handle),
    st.sampled_from(("🏠", "👩🏽\u200d🚒", "❤", "2⃣", "🇳🇱", "ℹ", "❶")).map(ast.Emoji),
    st.builds(
        ast.Phrase, st.lists(word | pattern, min_size=2, max_size=3).map(tuple), st.integers(0, 2)
    ),
    st.sampled_from((("IND",), ("Best",), ("Syrië",), ("IND", "besluit"), ("a", "b"))).map(
        ast.Exact
    ),
    st.sampled_from(
        (("title", "azc"), ("title", "opv* azc"), ("lang", "nl"), ("url", "azc"), ("site", "x.nl"))
    ).map(lambda two: ast.Field(*two)),
)
plain_leaf = leaf.filter(lambda one: not isinstance(one, ast.Field))
near = st.builds(ast.Near, plain_leaf, plain_leaf, st.integers(1, 4), st.booleans())
tree = st.recursive(
    leaf | near,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: ast.Or(tuple(parts))),
        st.builds(
            ast.And,
            st.lists(inner, min_size=1, max_size=3).map(tuple),
            st.lists(inner, max_size=2).map(tuple),
        ),
    ),
    max_leaves=8,
)
documents = st.builds(
    Document,
    texts,
    st.just("") | texts,
    st.fixed_dictionaries({}, optional={"lang": st.just(("nl",)), "site": st.just(("x.nl",))}),
)
FILLERS = [Document(f"een gewoon bericht nummer {n}") for n in range(SMALLEST)]


@pytest.mark.parametrize("fast", [False, True])
@given(st.lists(tree, min_size=1, max_size=5), st.lists(documents, min_size=1, max_size=6))
@settings(max_examples=250, deadline=None)
def test_the_engine_says_what_the_evaluator_says(
    fast: bool, trees: list[ast.Node], posts: list[Document]
) -> None:
    queries = {number: CompiledQuery(one) for number, one in enumerate(trees)}
    engine = Engine.build(queries, fast=fast)
    batch = [*posts, *FILLERS]
    expected = [
        {key: verdict for key, query in queries.items() if (verdict := query.match(post)).matched}
        for post in batch
    ]
    assert engine.match(batch) == expected
    assert [set(keys) for keys in engine.hits(batch)] == [set(one) for one in expected]


@given(st.lists(tree, min_size=1, max_size=4), st.lists(documents, min_size=1, max_size=8))
@settings(max_examples=400, deadline=None)
def test_a_segment_says_what_the_evaluator_says(
    trees: list[ast.Node], posts: list[Document]
) -> None:
    segment = Segment.build(posts)
    archive = Archive((Segment.build(posts[:3]), segment), tuple(posts[3:]))
    for one in trees:
        query = CompiledQuery(one)
        expected = [query.match(post).matched for post in posts]
        assert segment.posts(one).tolist() == expected
        assert segment.posts(query.normal).tolist() == expected
        again = [*expected[:3], *expected, *expected[3:]]
        assert archive.numbers(query) == [n for n, matched in enumerate(again) if matched]
        assert archive.preview(query, len(again)).newest == tuple(reversed(archive.numbers(query)))


@given(st.lists(texts, min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_a_block_holds_every_word_of_a_text_that_it_speaks_for(several: list[str]) -> None:
    block = fold_block(several)
    data = block.folded.tobytes()
    for number, text in enumerate(several):
        if block.odd[number]:
            continue
        stretch = data[block.starts[number] : block.starts[number + 1] - 1]
        split = bytes(byte if WORDY[byte] else 32 for byte in stretch).split()
        for token in tokenize(text):
            if token.kind in ("word", "hashtag"):
                assert token.key.encode() in split
