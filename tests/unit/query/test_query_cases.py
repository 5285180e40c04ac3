"""Cases as `klankbord query match --cases` is given them: a query, a text, and what is to be told."""

from __future__ import annotations

import unicodedata

import pytest

from query import check
from query.matching_lines import match_case

#: query · text · the stretches that are told (None: no match)
CASES: list[tuple[str, str, list[str] | None]] = [
    # folding
    ("Syrië", "syrie SYRIË Syrië", ["syrie", "SYRIË", "Syrië"]),
    ("oeuvre", "een œuvre", ["œuvre"]),
    ("aether", "Æther", ["Æther"]),
    ("oresund", "Øresund", ["Øresund"]),
    ("lodz", "Łódź", ["Łódź"]),
    ("dakovo", "Đakovo", ["Đakovo"]),
    ("istanbul", "İstanbul ıstanbul ISTANBUL", ["İstanbul", "ıstanbul", "ISTANBUL"]),
    ("fiets", "ﬁets", ["ﬁets"]),
    ("azc", "ＡＺＣ", ["ＡＺＣ"]),
    ("opvang", "op\u200bvang op\u2060vang op\ufeffvang", ["op\u200bvang", "op\u2060vang", "op\ufeffvang"]),
    ("op\u00advang", "opvang", ["opvang"]),
    ("m2", "m²", ["m²"]),
    ("straße", "Strasse", ["Strasse"]),
    ("ss*", "ßa", ["ßa"]),
    ("coöperatie", unicodedata.normalize("NFD", "coöperatie"), [unicodedata.normalize("NFD", "coöperatie")]),
    # tokens
    ("azc", "azc_nieuws", None),
    ("azc_nieuws", "AZC_nieuws", ["AZC_nieuws"]),
    ("azc", "azc2026", None),
    ("azc", "(azc)", ["azc"]),
    ("azc", "azc/opvang", ["azc"]),
    ("azc", "#azc #azcnee", ["#azc"]),
    ("#azc", "azc #AZC", ["#AZC"]),
    ("#azc*", "#azcnee azcnee", ["#azcnee"]),
    ("#Syrië", "#syrie", ["#syrie"]),
    ("azc", "##azc", ["#azc"]),
    ("azc", "opvang#azc", ["#azc"]),
    ("azc", "https://azc.example en www.azc.example", None),
    ("azc", "zie (https://x.example/azc) azc", ["azc"]),
    ("opvang", "opvanghttps://x.example/1", ["opvang"]),
    ("opvang", "HTTPS://X.example/opvang", None),
    ("leuk", "awww.leuk", ["leuk"]),
    ("😀", "😀😀", ["😀", "😀"]),
    ("👍", "👍🏽", None),
    ("👍🏽", "top👍🏽!", ["👍🏽"]),
    ("top", "top👍🏽!", ["top"]),
    ("🇳🇱", "🇳🇱🇳🇱", ["🇳🇱", "🇳🇱"]),
    ("🇱🇳", "🇳🇱🇳🇱", None),
    ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧 thuis", ["👨\u200d👩\u200d👧"]),
    ("👨", "👨\u200d👩\u200d👧 thuis", None),
    ("❤️", "❤", ["❤"]),
    ("1️⃣", "optie 1️⃣", ["1️⃣"]),
    ("1", "optie 1️⃣", None),
    # mentions
    ("@gem", "@gem", ["@gem"]),
    ("@gem", "(@gem)", ["@gem"]),
    ("@gem", "mail info@gem", None),
    ("@gem", "@gemeente", None),
    ("@gem", "@gem.", ["@gem"]),
    ("@gem", "@gem-riet", None),
    ("@gem", "@gem.riet", ["@gem.riet"]),
    ("@gem.riet", "@gem.riet", ["@gem.riet"]),
    ("@gem.riet", "@gem", None),
    ("@gem@a.example", "@gem@A.example", ["@gem@A.example"]),
    ("@gem@a.example", "@gem", None),
    ("@gem", "@gem@a.example", ["@gem@a.example"]),
    ("gem", "@gem", None),
    ("gem*", "@gemeente", None),
    ("a", "@b @a a", ["a"]),
    # wildcards
    ("opvang*", "opvang OPVANGEN #opvangnee noodopvang", ["opvang", "OPVANGEN", "#opvangnee"]),
    ("*opvang", "noodopvang opvang opvangt", ["noodopvang", "opvang"]),
    ("*opvang*", "noodopvanglocatie", ["noodopvanglocatie"]),
    ("az?", "azc az azcs", ["azc"]),
    ("a?c*", "abcdef ac", ["abcdef"]),
    ("vl*ling*", "vluchtelingen vlugteling", ["vluchtelingen", "vlugteling"]),
    ("??zc", "nazc azc", ["nazc"]),
    ("syri*", "Syrië's", ["Syrië"]),
    ("opvang*", "op vang", None),
    # phrases
    ('"asiel zoekers"', "asiel-zoekers; ASIEL  zoekers", ["asiel-zoekers", "ASIEL  zoekers"]),
    ('"asiel zoekers"', "asielzoekers", None),
    ('"nieuw azc"', "nieuw https://x.example azc", ["nieuw https://x.example azc"]),
    ('"nieuw azc"', "nieuw #azc", ["nieuw #azc"]),
    ('"dank @gem"', "dank @gem", ["dank @gem"]),
    ('"dank gem"', "dank @gem", ["dank @gem"]),
    ('"nieuw azc"', "nieuw 🙂 azc", None),
    ('"nieuw azc"~1', "nieuw 🙂 azc", ["nieuw 🙂 azc"]),
    ('"asiel zoek*"', "asiel zoekende", ["asiel zoekende"]),
    ('"*opvang locatie"', "noodopvang-locatie", ["noodopvang-locatie"]),
    ('"a b c"~2', "a x b y c", ["a x b y c"]),
    ('"a b c"~1', "a x b y c", None),
    ('"a b"~1', "b a", None),
    ('"a a"', "a a a", ["a a", "a a"]),
    ("asiel-zoekers", "asiel zoekers", ["asiel zoekers"]),
    ("'s-Hertogenbosch", "in ’s-Hertogenbosch", ["s-Hertogenbosch"]),
    ("B&W", "college van b & w", ["b & w"]),
    ("19:30", "om 19:30 uur", ["19:30"]),
    ("AMV'ers", "de AMV’ers", ["AMV’ers"]),
    # distance
    ("azc NEAR/2 raad", "raad over het azc", ["raad", "azc"]),
    ("azc NEAR/1 raad", "raad over het azc", None),
    ("azc ONEAR/2 raad", "raad over het azc", None),
    ("raad ONEAR/2 azc", "raad over het azc", ["raad", "azc"]),
    ('"de raad" NEAR/1 azc', "de raad wil azc", ["de raad", "azc"]),
    ("(azc OR opvang*) NEAR/1 (molenweg OR riet)", "opvanglocatie aan Molenweg", ["opvanglocatie", "Molenweg"]),
    ("azc NEAR/3 azc", "azc azc", ["azc", "azc"]),
    ("azc NEAR/3 az*", "azc", None),
    ("azc NEAR/1 riet", "azc 🙂 riet", ["azc", "riet"]),
    # exact
    ("{IND}", "IND ind IND-besluit #IND @IND", ["IND", "IND", "#IND"]),
    ("{Best}", "Best best", ["Best"]),
    ("{é}", "é e", ["é"]),
    ("{De Zonnehoek}", "De-Zonnehoek, de Zonnehoek", ["De-Zonnehoek"]),
    # operators
    ("a OR b AND c", "a", ["a"]),
    ("a OR b AND c", "b", None),
    ("(a OR b) AND c", "a", None),
    ("a OR b NOT c", "a c", None),
    ("a OR b AND NOT c", "a c", ["a"]),
    ("a NOT b NOT c", "a c", None),
    ("a AND (NOT b)", "a", ["a"]),
    ("(NOT b) AND a", "a b", None),
    ("a AND NOT b c", "a c", ["a", "c"]),
    ("a AND (b OR c NOT d)", "a b d", None),
    ("a NOT (b AND c)", "a b", ["a"]),
    ("(a AND b) OR c", "c a", ["c", "a"]),
    ("a\u00a0AND\u00a0b", "a b", ["a", "b"]),
    ("a\nAND\r\nb", "b a", ["b", "a"]),
    ("a \u200bAND\u200b b", "a and", None),
    ("“a b” OR „c d” OR «e f»", "c d", ["c d"]),
    ("\ufeff(a)", "a", ["a"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "text", "told"), CASES, ids=range(len(CASES)))
def test_a_case_is_told_by_its_stretches(query: str, text: str, told: list[str] | None) -> None:
    answer = match_case({"id": "1", "query": query, "text": text})
    assert answer["verdict"] == ("nomatch" if told is None else "match"), answer
    found = [text[span["start"] : span["end"]] for span in answer["spans"]]
    assert sorted(found) == sorted(told or [])
    places = [(span["start"], span["end"]) for span in answer["spans"]]
    assert places == sorted(places)


#: text · code · offset · length · fix
REPAIRS: list[tuple[str, str, int, int, str | None]] = [
    ("a AND () AND b", "empty-group", 6, 2, "a AND b"),
    ("() OR b", "empty-group", 0, 2, "b"),
    ("a OR (NOT b)", "negative-only", 6, 5, "a NOT b"),
    ("azc OR *", "wildcard-only", 7, 1, "azc"),
    ('azc OR ""', "empty-quotes", 7, 2, "azc"),
    ('"asiel zoekers AND riet', "quote", 0, 1, '"asiel zoekers" AND riet'),
    ('(azc OR "abc)', "quote", 8, 1, '(azc OR "abc")'),
    ("{IND AND riet", "brace", 0, 1, "{IND} AND riet"),
    ("<plaatsnaam AND riet", "placeholder-open", 0, 1, "<plaatsnaam> AND riet"),
    ("&lt;straatnaam OR riet", "placeholder-open", 0, 1, "&lt;straatnaam> OR riet"),
    ("<plaatsnaan> AND a", "placeholder-unknown", 0, 12, "<plaatsnaam> AND a"),
    ("<burgemeester>", "placeholder-unknown", 0, 14, "<naam burgemeester>"),
    ("site: ad.nl", "field", 0, 5, "site:ad.nl"),
    ("site:(ad.nl OR nu.nl)", "field", 0, 5, "(site:ad.nl OR site:nu.nl)"),
    ("Site:ad.nl", "field", 0, 5, "site:ad.nl"),
    ("https://azc.example/x", "field", 0, 6, 'url:"https://azc.example/x"'),
    ("auteur:jan", "field", 0, 7, None),
    ("a NEAR /5 b", "near-operand", 2, 7, "a NEAR/5 b"),
    ("a NEAR b", "near-operand", 2, 4, "a NEAR/5 b"),
    ("a NEAR/60 b", "near-operand", 2, 7, "a NEAR/50 b"),
    ("(a AND b) NEAR/2 c", "near-operand", 1, 7, "(a NEAR/2 c AND b NEAR/2 c)"),
    ("a W/3 b", "operator", 2, 3, "a NEAR/3 b"),
    ("a PRE/3 b", "operator", 2, 5, "a ONEAR/3 b"),
    ("azc*NEAR/2 b", "near-operand", 4, 6, "azc* NEAR/2 b"),
    ("a NEAR/2b", "near-operand", 2, 6, "a NEAR/2 b"),
    ('site:"ad nl', "quote", 5, 1, 'site:"ad nl"'),
    ('"😀"', "character", 1, 1, "😀"),
    ("[azc]", "character", 0, 1, "(azc)"),
    ("`azc`", "character", 0, 1, "azc"),
    ("azc!", "character", 3, 1, "azc"),
    ("#azc!", "character", 4, 1, "#azc"),
    ("azc; opvang", "character", 3, 1, "azc opvang"),
    ("c++", "operator", 1, 2, "c"),
    ("!azc", "operator", 0, 1, None),
    ("a AND !b", "operator", 6, 1, "a AND NOT b"),
    ("a ! b", "operator", 2, 1, "a NOT b"),
    ("a\x00b", "control", 1, 1, "ab"),
    ("azc\u202e", "control", 3, 1, "azc"),
    ("a NOT b AND NOT c", "not-mix", 8, 3, "a NOT b NOT c"),
    ("AND", "operand", 0, 3, None),
    ("a OR", "operand", 2, 2, "a"),
    ("title:a*", "wildcard-short", 6, 2, None),
    ("site:<plaatsnaam>", "placeholder-place", 0, 17, "<plaatsnaam>"),
    ("((a OR b)", "paren-open", 0, 1, "((a OR b))"),
    ("a OR b)", "paren-close", 6, 1, "a OR b"),
    ("'azc' OR b", "quote", 0, 5, '"azc" OR b'),
    ("‘asiel zoekers’", "quote", 0, 15, '"asiel zoekers"'),
]


@pytest.mark.parametrize(("text", "code", "offset", "length", "fix"), REPAIRS)
def test_a_lone_mistake_comes_with_a_text_that_holds(
    text: str, code: str, offset: int, length: int, fix: str | None
) -> None:
    (problem,) = check(text).errors
    assert (problem.code, problem.offset, problem.length, problem.fix) == (
        code,
        offset,
        length,
        fix,
    )
    if fix is not None:
        assert check(fix).ok


def test_every_unclosed_bracket_is_named_and_one_text_closes_them_all() -> None:
    found = check("((a OR (b")
    assert [(p.code, p.offset) for p in found.errors] == [
        ("paren-open", 0), ("paren-open", 1), ("paren-open", 7),
    ]  # fmt: skip
    assert {p.fix for p in found.errors} == {"((a OR (b)))"}


@pytest.mark.parametrize("sign", "%;=^~\\`[]|$€£…•→")
@pytest.mark.parametrize("where", ["{}a", "a{}", "a {} b", "a{}b", "(a{})", "#a{}b", "@a{}b"])
def test_a_sign_outside_the_grammar_is_pointed_at(sign: str, where: str) -> None:
    text = where.format(sign)
    errors = check(text).errors
    assert text.index(sign) in [problem.offset for problem in errors]
    assert {problem.code for problem in errors} <= {"character", "operator", "operand"}


@pytest.mark.parametrize("code", [0, 7, 0x1B, 0x7F, 0x9F, 0xD800, 0xDFFF, 0x200E, 0x202E, 0x2066])
@pytest.mark.parametrize(
    "where", ["{}azc", "azc{}", "az{}c", '"a {} b"', "<plaats{}naam>", "a {} b"]
)
def test_a_hidden_sign_is_refused_wherever_it_hides(code: int, where: str) -> None:
    text = where.format(chr(code))
    first = check(text).errors[0]
    if where != "<plaats{}naam>":
        assert [problem.code for problem in check(text).errors] == ["control"]
        assert first.fix is not None
        assert check(first.fix).ok
    assert (first.code, first.offset) in [
        ("control", text.index(chr(code))),
        ("placeholder-open", 0),
    ]


@pytest.mark.parametrize(
    ("terms", "verdict"),
    [
        ({"plaatsnaam": ["Rietmeer"]}, "match"),
        ({"plaatsnaam": ["Rietmeer", "Best"]}, "match"),
        ({"Plaats Naam": ["RIETMEER"]}, "match"),
        ({"plaatsnaam": ["Best"]}, "nomatch"),
        ({"plaatsnaam": ["Riet*"]}, "nomatch"),
        ({"plaatsnaam": ['Rietmeer" OR "azc']}, "nomatch"),
        ({"plaatsnaam": ["#rietmeer"]}, "nomatch"),
        ({"plaatsnaam": ["@rietmeer"]}, "nomatch"),
        ({"plaatsnaam": ["in Rietmeer"]}, "match"),
        ({"plaatsnaam": []}, "error"),
        ({"plaatsnaam": ["", " "]}, "error"),
        ({}, "error"),
        (None, "error"),
    ],
)
def test_values_are_held_against_the_text_as_they_stand(
    terms: dict[str, list[str]] | None, verdict: str
) -> None:
    case = {"id": "1", "query": "azc AND <plaatsnaam>", "text": "azc in Rietmeer", "terms": terms}
    answer = match_case(case)
    assert answer["verdict"] == verdict
    if verdict == "error":
        assert answer["error"]["code"] == "placeholder-empty"
        assert answer["error"]["offset"] == 8


def test_an_optional_name_is_offered_only_where_something_is_left() -> None:
    alone = check("azc AND <plaatsnaam>", {}).errors[0]
    beside = check("azc AND (<plaatsnaam> OR riet)", {}).errors[0]
    assert alone.fix is None
    assert beside.fix == "azc AND (<plaatsnaam?> OR riet)"


def test_a_leaf_is_told_as_the_query_writes_it() -> None:
    case = {
        "id": "1", "query": "(Syrië OR asiel-zoekers) AND <plaatsnaam> AND {IND} AND 🏠",
        "text": "syrie asiel zoekers rietmeer IND 🏠", "terms": {"plaatsnaam": ["Rietmeer"]},
    }  # fmt: skip
    leaves = [span["leaf"] for span in match_case(case)["spans"]]
    assert leaves == ["Syrië", "asiel-zoekers", "rietmeer", "{IND}", "🏠"]
