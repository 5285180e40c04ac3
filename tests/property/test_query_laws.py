"""The laws of the language, on queries that nobody thought of."""

from __future__ import annotations

import contextlib
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from query import Document, ast, check, compile_query, parse
from query.errors import MissingPlaceholderValue, QueryError
from query.finding import Stretch, near
from query.glob import glob
from query.matcher import CompiledQuery
from query.matching_lines import match_case
from query.printer import normal, text_of
from query.subsume import without_subsumed
from query.text import fold, token_keys, tokenize

WORDS = ("azc", "opvang", "riet", "molenweg", "een", "syrie", "raad", "b", "x1")
word = st.sampled_from(WORDS)
leaf = st.one_of(
    word.map(ast.Word),
    st.sampled_from(("opv*", "*vang", "az?", "r*t", "opvang*")).map(ast.Wildcard),
    word.map(ast.Hashtag),
    word.map(ast.Handle),
    st.tuples(word, word).map(lambda two: ast.Phrase(two)),
    st.tuples(word, word).map(lambda two: ast.Phrase(two, 2)),
    st.sampled_from(("IND", "Best")).map(lambda text: ast.Exact((text,))),
)
close_by = st.builds(ast.Near, leaf, leaf, st.integers(1, 5), st.booleans())
tree = st.recursive(
    leaf | close_by,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: ast.Or(tuple(parts))),
        st.builds(
            ast.And,
            st.lists(inner, min_size=1, max_size=3).map(tuple),
            st.lists(inner, max_size=2).map(tuple),
        ),
    ),
    max_leaves=12,
)
texts = st.lists(
    st.sampled_from((*WORDS, "#azc", "@riet", "IND", "Best", "opvangplek", "🏠", ",")), max_size=12
).map(" ".join)


@given(tree)
def test_printing_and_parsing_a_normal_form_gives_it_back(node: ast.Node) -> None:
    once = normal(node)
    assert parse(text_of(once)) == once


@given(tree)
def test_printing_and_parsing_any_parsed_tree_gives_it_back(node: ast.Node) -> None:
    parsed = parse(text_of(node))
    assert parse(text_of(parsed)) == parsed


@given(tree)
def test_normalising_twice_changes_nothing(node: ast.Node) -> None:
    once = normal(node)
    assert normal(once) == once


@given(tree, texts, texts)
def test_the_normal_form_means_what_the_raw_tree_means(
    node: ast.Node, text: str, title: str
) -> None:
    document = Document(text, title)
    raw = CompiledQuery(node).match(document).matched
    assert CompiledQuery(normal(node)).match(document).matched == raw


@given(st.text(max_size=60))
@settings(max_examples=400)
def test_no_text_raises_anything_but_a_query_error(text: str) -> None:
    found = check(text)
    if not found.ok:
        with pytest.raises(QueryError) as raised:
            compile_query(text)
        assert raised.value.problems
        return
    with contextlib.suppress(MissingPlaceholderValue):
        query = compile_query(text)
        assert parse(query.canonical)
        query.match(Document(text))


@given(st.text(alphabet="ab*?()\"#@<>{}~/&-.:;'\u0301é🏠 ANDORTE", max_size=40))
@settings(max_examples=600)
def test_what_parses_prints_and_parses_again(text: str) -> None:
    found = check(text)
    if found.ok and found.canonical is not None:
        again = check(found.canonical)
        assert again.canonical == found.canonical
    else:
        assert all(0 <= p.offset <= len(text) for p in found.errors)
        assert found.errors
        assert found.errors == sorted(found.errors, key=lambda problem: problem.offset)


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_and_tokens_keep_their_place(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert token_keys(text) == [(token.kind, token.key) for token in tokenize(text)]
    last = 0
    for token in tokenize(text):
        assert last <= token.start < token.end <= len(text)
        last = token.end


place = st.tuples(st.integers(0, 30), st.integers(0, 3)).map(lambda two: (two[0], sum(two)))
places = st.lists(place, max_size=8, unique=True).map(sorted)


@given(places, places, st.integers(1, 6), st.booleans())
def test_near_finds_exactly_the_pairs_that_its_definition_gives(
    left: list[Stretch], right: list[Stretch], distance: int, ordered: bool
) -> None:
    def close(first: Stretch, second: Stretch) -> bool:
        after, before = second[0] - first[1] - 1, first[0] - second[1] - 1
        return 0 <= after <= distance or (not ordered and 0 <= before <= distance)

    expected = sorted((a, b) for a in left for b in right if close(a, b))
    assert sorted(near(left, right, distance, ordered=ordered)) == expected


@given(st.text("ab*?", min_size=1, max_size=6), st.text("ab", max_size=8))
def test_a_wildcard_is_the_regular_expression_that_it_looks_like(pattern: str, key: str) -> None:
    looks = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    assert glob(pattern, key) == bool(re.fullmatch(looks, key))


@given(
    st.lists(st.text("ab*", min_size=1, max_size=4), min_size=1, max_size=6),
    st.text("ab", min_size=1, max_size=5),
)
def test_what_is_left_of_an_or_group_finds_what_the_whole_group_finds(
    patterns: list[str], key: str
) -> None:
    leaves = [ast.Wildcard(p) if "*" in p else ast.Word(p) for p in dict.fromkeys(patterns)]
    left = without_subsumed(leaves)
    assert any(_finds(leaf, key) for leaf in leaves) == any(_finds(leaf, key) for leaf in left)


def _finds(leaf: ast.Node, key: str) -> bool:
    return glob(leaf.pattern if isinstance(leaf, ast.Wildcard) else leaf.text, key)  # type: ignore[union-attr]


json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
case = st.fixed_dictionaries(
    {},
    optional={
        "id": json_value,
        "query": st.text(max_size=20) | st.just("<plaatsnaam> OR azc*") | json_value,
        "text": st.text(max_size=30) | json_value,
        "title": json_value,
        "terms": st.dictionaries(
            st.just("plaatsnaam") | st.text(max_size=5),
            st.lists(st.text(max_size=9), max_size=3),
            max_size=2,
        )
        | json_value,
        "fields": st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2)
        | json_value,
    },
)


@given(case | json_value)
@settings(max_examples=300)
def test_any_case_has_an_answer_that_can_be_written(one: object) -> None:
    answer = match_case(one)
    assert answer["verdict"] in ("match", "nomatch", "error")
    assert (answer["verdict"] == "error") == (answer["error"] is not None)
    assert answer["errors"][:1] == ([answer["error"]] if answer["error"] else [])
    json.dumps(answer)


@given(st.lists(st.text(max_size=25), max_size=5))
def test_values_of_any_kind_make_leaves_or_a_query_error(values: list[str]) -> None:
    terms = {"plaatsnaam": values, "twitteraccount gemeente": values}
    with contextlib.suppress(QueryError):
        filled = compile_query("<plaatsnaam> OR <twitteraccount gemeente?>", terms)
        assert parse(filled.canonical) == filled.normal
        assert all(filled.match(Document(value)).matched for value in values if value.strip())
