"""The handreiking's string runs verbatim; placeholders take values, never query text."""

from __future__ import annotations

import time

import pytest

from query import (
    Document,
    MissingPlaceholderValue,
    QueryTooLarge,
    UnknownPlaceholder,
    UnknownTemplate,
    check,
    compile_query,
    templates,
)
from query.errors import QueryError

RIETMEER = {
    "plaatsnaam": ["Rietmeer"],
    "opvanglocatie": ["De Zonnehoek", "Zonnehoek"],
    "straatnaam": ["Molenweg"],
    "bijnaam plaats": ["'t Riet"],
    "gemeentenaam": ["gemeente Rietmeer"],
    "naam burgemeester": ["Terpstra"],
    "twitteraccount gemeente": ["gemrietmeer"],
}


def test_the_handreiking_string_has_the_terms_the_handreiking_gives() -> None:
    text = templates.get("handreiking-2016").text
    found = check(text, RIETMEER)
    assert found.ok
    assert found.warnings == []
    assert check(templates.get("klankbord-2026").text, RIETMEER).warnings == []
    assert found.placeholders == list(RIETMEER)
    canonical = found.canonical or ""
    topic = canonical.split(") AND (")[0].split(" OR ")
    assert len(topic) == 29
    assert sum(term.strip("(").endswith("*") for term in topic) == 23
    assert canonical.count(" NOT ") == 4


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("asielopvang in Rietmeer", (False, True)),
        ("Oekraïners in Rietmeer", (False, True)),
        ("de spreidingswet en Rietmeer", (False, True)),
        ("ontheemden aan de Molenweg", (False, True)),
        ("flexwoningen in 't Riet", (False, True)),
        ("nieuwe AMvB voor Rietmeer", (True, False)),
        ("opvangouder gezocht in Rietmeer", (True, False)),
        ("azc in Rietmeer", (True, True)),
        ("ze worden opgevangen; opvangen in Rietmeer", (True, True)),
        ("het coa komt naar Rietmeer", (True, True)),
        ("Syrië en Rietmeer", (True, True)),
        ("AMV'ers in Rietmeer", (True, True)),
        ("kinderopvang in Rietmeer, geen azc", (False, False)),
    ],
)
def test_the_maintained_variant_closes_the_known_gaps(text: str, found: tuple[bool, bool]) -> None:
    verdicts = tuple(
        compile_query(templates.get(slug).text, RIETMEER).match(Document(text)).matched
        for slug in ("handreiking-2016", "klankbord-2026")
    )
    assert verdicts == found


def test_every_template_says_where_it_comes_from() -> None:
    for template in templates.all():
        assert template.provenance
        assert template.changelog[-1].version == template.version
    with pytest.raises(UnknownTemplate, match="klankbord-2026"):
        templates.get("bestaat-niet")


def test_a_value_is_never_query_text() -> None:
    query = compile_query("<plaatsnaam>", {"plaatsnaam": ['a* OR "b" NOT (c)']})
    assert query.canonical == '"a or b not c"'


def test_values_become_words_phrases_mentions_and_hashtags() -> None:
    values = {"plaatsnaam": ["Rietmeer", "'t Riet", "#rietmeer1", "@riet@a.example"]}
    assert compile_query("<plaatsnaam>", values).canonical == (
        '"t riet" OR #rietmeer1 OR @riet@a.example OR rietmeer'
    )


def test_names_are_forgiving_and_own_names_may_be_added() -> None:
    values = {"Plaats  Naam": ["Riet"]}
    assert compile_query("< PLAATS naam >", values).canonical == "riet"
    assert compile_query("&lt;plaats naam&gt;", values).canonical == "riet"


def test_unknown_and_empty_placeholders_are_told() -> None:
    with pytest.raises(UnknownPlaceholder) as unknown:
        compile_query("<plaatsnaan>", RIETMEER)
    assert "<plaatsnaam>" in unknown.value.problems[0].hint
    with pytest.raises(MissingPlaceholderValue):
        compile_query("<plaatsnaam>", {"plaatsnaam": ["  "]})
    with pytest.raises(MissingPlaceholderValue):
        compile_query("<plaatsnaam>", {"plaatsnaam": ["…"]})


def test_an_optional_placeholder_is_dropped_but_never_becomes_everything() -> None:
    assert compile_query("azc AND (<straatnaam?> OR riet)", {}).canonical == "azc AND riet"
    with pytest.raises(QueryError) as left:
        compile_query("azc AND (<straatnaam?>)", {})
    assert left.value.problems[0].code == "placeholder-empty"


def test_a_dropped_placeholder_is_told() -> None:
    found = check("azc OR <straatnaam?>", {})
    assert [(w.code, w.severity) for w in found.warnings] == [("placeholder-empty", "notice")]


def test_the_account_of_the_municipality_is_always_a_mention() -> None:
    for value in ("gemrietmeer", "@GemRietmeer"):
        query = compile_query("<TwitterAccount Gemeente>", {"twitteraccount gemeente": [value]})
        assert query.canonical == "@gemrietmeer"
    with pytest.raises(MissingPlaceholderValue, match="geen account"):
        compile_query("<twitteraccount gemeente>", {"twitteraccount gemeente": ["Gemeente Riet"]})


def test_a_value_without_anything_to_search_is_refused_beside_good_ones() -> None:
    with pytest.raises(MissingPlaceholderValue, match="niets om te zoeken"):
        compile_query("<plaatsnaam>", {"plaatsnaam": ["Rietmeer", "!!!"]})


def test_many_patterns_beside_many_values_have_a_canonical_text_soon() -> None:
    values = {"straatnaam": [f"straat{n}" for n in range(19_000)] + ["za12", "za1b"]}
    text = " OR ".join(["<straatnaam>", *(f"*a{n}*" for n in range(900))])
    began = time.process_time()
    canonical = compile_query(text, values).canonical
    assert time.process_time() - began < 5
    assert " za12" not in canonical
    assert " straat18 " in canonical


def test_a_huge_list_times_many_placeholders_is_refused_before_it_is_made() -> None:
    values = {"straatnaam": [f"s{n}" for n in range(20_000)]}
    began = time.process_time()
    with pytest.raises(QueryTooLarge):
        compile_query(" OR ".join(["<straatnaam>"] * 500), values)
    assert time.process_time() - began < 2


def test_too_many_values_are_too_big() -> None:
    values = {"straatnaam": [f"straat{n}" for n in range(20_001)]}
    with pytest.raises(QueryError) as big:
        compile_query("<straatnaam>", values)
    assert big.value.problems[0].code == "too-big"
