"""An explanation never contradicts the verdict, whatever the query and the text."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from query import Document, ast
from query.advice import lint
from query.explain import explain
from query.matcher import CompiledQuery
from query.targets import exports
from query.targets.x import LONGEST

WORDS = ("azc", "opvang", "riet", "raad", "een", "jan")
word = st.sampled_from(WORDS)
leaf = st.one_of(
    word.map(ast.Word),
    st.sampled_from(("opv*", "*vang", "az?")).map(ast.Wildcard),
    word.map(ast.Hashtag),
    word.map(ast.Handle),
    st.tuples(word, word).map(ast.Phrase),
    st.sampled_from(("IND", "Best")).map(lambda text: ast.Exact((text,))),
)
tree = st.recursive(
    leaf | st.builds(ast.Near, leaf, leaf, st.integers(1, 3), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: ast.Or(tuple(parts))),
        st.builds(
            ast.And,
            st.lists(inner, min_size=1, max_size=3).map(tuple),
            st.lists(inner, max_size=2).map(tuple),
        ),
    ),
    max_leaves=10,
)
texts = st.lists(st.sampled_from((*WORDS, "#azc", "@riet", "IND", "🏠")), max_size=10).map(" ".join)


@given(tree, texts, st.just("") | texts)
@settings(deadline=None)
def test_an_explanation_agrees_with_the_verdict(node: ast.Node, text: str, title: str) -> None:
    query, document = CompiledQuery(node), Document(text, title)
    verdict, told = query.match(document), explain(query, document)
    assert told.matched is verdict.matched
    assert told.summary
    assert bool(told.causes) is not verdict.matched
    assert {span for group in told.groups for span in group.spans} <= set(
        verdict.spans
    ) or told.causes
    json.dumps(told.as_json())


@given(tree, st.lists(texts, max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_query_gets_advice_and_searches(node: ast.Node, several: list[str]) -> None:
    query = CompiledQuery(node)
    advice = lint(query, [Document(text) for text in several])
    assert advice == sorted(advice, key=lambda one: (one.offset, one.length, one.code))
    for target in exports(query):
        assert target.queries or target.losses
        if target.target == "x":
            assert all(len(search.text) <= LONGEST for search in target.queries)
