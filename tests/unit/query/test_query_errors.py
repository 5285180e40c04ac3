"""Every mistake has a code, a place and a remedy (query-language.md §1)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from query import check, compile_query
from query.errors import QueryError

MISTAKES = [
    ("", "empty", 0, 0),
    ("   ", "empty", 0, 3),
    ("(a", "paren-open", 0, 1),
    ("((a)", "paren-open", 0, 1),
    ("a)", "paren-close", 1, 1),
    ("()", "empty-group", 0, 2),
    ("a AND ()", "empty-group", 6, 2),
    ('""', "empty-quotes", 0, 2),
    ('"..."', "empty-quotes", 0, 5),
    ("azc AND", "operand", 4, 3),
    ("OR b", "operand", 0, 2),
    ("a AND AND b", "operand", 6, 3),
    ("NOT a", "negative-only", 0, 5),
    ("(NOT b)", "negative-only", 1, 5),
    ("a OR (NOT b)", "negative-only", 6, 5),
    ("a NOT b OR c", "not-mix", 8, 2),
    ("a NOT b AND c", "not-mix", 8, 3),
    ("a NOT b c", "not-mix", 8, 1),
    ("a OR NOT b", "not-mix", 5, 3),
    ("NOT a AND b", "not-mix", 0, 3),
    ("a NOT AND b", "operand", 6, 3),
    ("site:", "field", 0, 5),
    ("site:(a OR b)", "field", 0, 5),
    ("site:<plaatsnaam>", "placeholder-place", 0, 17),
    ("@<twitteraccount gemeente>", "placeholder-place", 0, 26),
    ("azc:", "character", 3, 1),
    ("info@rietmeer.example", "character", 4, 1),
    ("#asiel-zoekers", "character", 6, 1),
    ("azc!", "character", 3, 1),
    ("a&&b", "operator", 1, 2),
    ("a||b", "operator", 1, 2),
    ("a ! b", "operator", 2, 1),
    ("azc -#tag", "operator", 4, 1),
    ("azc -<plaatsnaam>", "operator", 4, 1),
    ("#a*", "wildcard-short", 1, 2),
    ("#*", "wildcard-only", 1, 1),
    ('"a b"~51', "operator", 5, 3),
    ('"a b"~' + "0" * 5_000 + "51", "operator", 5, 5_003),
    ("a NEAR/" + "9" * 5_000 + " b", "near-operand", 2, 5_005),
    ('(azc OR "abc)', "quote", 8, 1),
    ("NOT NOT a", "not-mix", 4, 3),
    ("a AND NOT b NEAR/2 c", "not-mix", 12, 6),
    ('"abc', "quote", 0, 1),
    ("'asiel zoekers'", "quote", 0, 15),
    ("{IND", "brace", 0, 1),
    ("{}", "brace", 0, 2),
    ("*", "wildcard-only", 0, 1),
    ("?", "wildcard-only", 0, 1),
    ("a*", "wildcard-short", 0, 2),
    ("<foo>", "placeholder-unknown", 0, 5),
    ("<plaatsnaam", "placeholder-open", 0, 1),
    ('"<plaatsnaam>"', "placeholder-place", 0, 14),
    ("#<plaatsnaam>", "placeholder-place", 0, 13),
    ("{<plaatsnaam>}", "placeholder-place", 0, 14),
    ("<plaatsnaam>*", "placeholder-place", 0, 13),
    ("auteur:jan", "field", 0, 7),
    ("a NEAR/2 b NEAR/2 c", "near-operand", 11, 6),
    ("a NEAR b", "near-operand", 2, 4),
    ("a NEAR/51 b", "near-operand", 2, 7),
    ("(a AND b) NEAR/2 c", "near-operand", 1, 7),
    ("a W/3 b", "operator", 2, 3),
    ("+azc", "operator", 0, 1),
    ("azc -b", "operator", 4, 1),
    ("a – b", "operator", 2, 1),
    ("a && b", "operator", 2, 2),
    ("a || b", "operator", 2, 2),
    ("!a", "operator", 0, 1),
    ("azc % b", "character", 4, 1),
    ("a;b", "character", 1, 1),
    ("a=b", "character", 1, 1),
    ("#", "character", 0, 1),
    ("@", "character", 0, 1),
    ("x\x00y", "control", 1, 1),
    ("x\ud800y", "control", 1, 1),
]


@pytest.mark.parametrize(("text", "code", "offset", "length"), MISTAKES)
def test_a_mistake_is_named_at_its_place(text: str, code: str, offset: int, length: int) -> None:
    found = check(text)
    first = found.errors[0]
    assert (first.code, first.offset, first.length) == (code, offset, length)
    assert first.message.endswith(".")
    assert not found.ok
    with pytest.raises(QueryError):
        compile_query(text)


@pytest.mark.parametrize(
    "text",
    ["a NOT b OR c", "azc -b", "a && b", "a || b", "'asiel zoekers'", "a W/3 b", "a)", "+azc",
     '"<plaatsnaam>"', "#<plaatsnaam>", "<plaatsnaam>*"],
)  # fmt: skip
def test_a_fix_is_a_query_that_holds(text: str) -> None:
    fix = check(text).errors[0].fix
    assert fix is not None
    assert check(fix).ok, fix


def test_several_mistakes_come_lowest_offset_first() -> None:
    found = check("auteur:jan AND * AND (azc")
    assert [problem.code for problem in found.errors] == ["field", "wildcard-only", "paren-open"]
    assert [problem.severity for problem in found.errors] == ["error"] * 3


def test_a_refused_term_hides_no_other_mistake_and_makes_none() -> None:
    assert [p.code for p in check("auteur:jan AND").errors] == ["field", "operand"]
    assert [p.code for p in check("auteur:jan AND azc").errors] == ["field"]
    assert [p.code for p in check("a AND {IND").warnings] == []


REWRITES = [
    ("a NOT b OR c", "(a NOT b) OR c", "Schrijf (a NOT b) OR c, of (a OR c) NOT b."),
    ("a NOT b AND c", "(a NOT b) AND c", "Schrijf (a NOT b) AND c, of (a AND c) NOT b."),
    ("a NOT b c", "(a NOT b) AND c", "Schrijf (a NOT b) AND c, of (a AND c) NOT b."),
    (
        "d AND (a NOT b OR c)",
        "d AND ((a NOT b) OR c)",
        "Schrijf (a NOT b) OR c, of (a OR c) NOT b.",
    ),
    ("a OR NOT b", "a NOT b", "Schrijf a NOT b."),
    ("NOT a AND b", "b NOT a", "Schrijf b NOT a."),
    ("NOT NOT a", "a", "Schrijf a."),
    ("a AND NOT b NEAR/2 c", "a NOT (b NEAR/2 c)", "Schrijf a NOT (b NEAR/2 c)."),
    ("a NEAR/2 b NEAR/2 c", "a NEAR/2 b AND b NEAR/2 c", "Schrijf a NEAR/2 b AND b NEAR/2 c."),
]


@pytest.mark.parametrize(("text", "fix", "hint"), REWRITES)
def test_a_doubtful_not_comes_with_its_rewrites(text: str, fix: str, hint: str) -> None:
    (problem,) = check(text).errors
    assert (problem.fix, problem.hint) == (fix, hint)
    assert check(fix).ok


def test_a_lone_mistake_never_offers_a_fix_that_is_refused_again() -> None:
    for text in [
        ")",
        "(",
        "+",
        "OR b NOT c AND d",
        "'a'+",
        "% OR a",
        "#*",
        "b*!",
        "sit:ad.example",
    ]:
        errors = check(text).errors
        if len(errors) == 1 and errors[0].fix is not None:
            assert check(errors[0].fix).ok, text
    assert check("b*!").errors[0].fix is None


WARNINGS = [
    ("azc opvang", "adjacency", 4),
    ("a AND b OR c", "mixed", 0),
    ("a and b", "lower-operator", 2),
    ("a niet b", "lower-operator", 2),
    ("a EN b", "dutch-operator", 2),
    ("a OR b NOT c", "trailing-not", 7),
    ("asiel-zoekers", "punctuation", 0),
    ("azc, OR opvang", "punctuation", 3),
    ('"azc b", OR opvang', "punctuation", 7),
    ("@riet. OR b", "punctuation", 5),
    ("asiel- OR b", "punctuation", 5),
    ("a And b", "lower-operator", 2),
    ("a near/5 b", "lower-operator", 2),
    ("azc?", "question-mark", 3),
]


@pytest.mark.parametrize(("text", "code", "offset"), WARNINGS)
def test_a_doubt_is_a_warning(text: str, code: str, offset: int) -> None:
    found = check(text)
    assert found.ok
    assert (code, offset) in [(problem.code, problem.offset) for problem in found.warnings]


@pytest.mark.parametrize(
    "text",
    ["a" * 10_001, "(" * 51 + "a" + ")" * 51, " OR ".join(["ab"] * 1_001)],
)
def test_beyond_the_limits_is_too_big(text: str) -> None:
    assert check(text).errors[0].code == "too-big"


@pytest.mark.parametrize("text", ["'s-Hertogenbosch", "B&W", "19:30", "Noord-Holland"])
def test_a_known_name_form_is_no_doubt(text: str) -> None:
    assert check(text).warnings == []


@pytest.mark.parametrize("text", ["a OR#b", "a OR🏠", "a OR{B}", 'a OR"b c"', "a OR(b)"])
def test_an_operator_may_stand_against_a_sign(text: str) -> None:
    assert check(text).warnings == []
    assert " OR " in (check(text).canonical or "")


def test_the_brackets_that_the_rules_imply_are_shown() -> None:
    assert [w.fix for w in check("a AND b OR c").warnings] == ["(a AND b) OR c"]
    assert [w.fix for w in check("a OR b NOT c").warnings] == ["(a OR b) NOT c"]


HOSTILE = [
    "(" * 10_000, "a OR " * 2_000, "*a (" * 2_000, "NOT " * 2_500, '"' * 9_999, "<" * 10_000,
    "<" + " " * 9_999, "{" * 10_000, "a NOT b OR " * 900, "a&&" * 3_000, "@a" * 5_000,
    "🏠" * 10_000, "a " * 5_000, ")" * 10_000, "\x00" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_answered_at_once_and_in_few_words(text: str) -> None:
    began = time.perf_counter()
    found = check(text)
    assert time.perf_counter() - began < 5  # a second on a quiet machine
    assert not found.ok
    assert len(found.errors) <= 100
    assert len(found.warnings) <= 100


def test_fifty_brackets_are_read_from_a_deep_stack_and_by_many_threads() -> None:
    deep = "(" * 50 + "azc" + ")" * 50

    def down(levels: int) -> str | None:
        return down(levels - 1) if levels else check(deep).canonical

    assert down(300) == "azc"
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: check(deep).canonical, range(40))) == {"azc"}
