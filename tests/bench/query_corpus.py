"""Generated Dutch posts and municipal queries for the measurements; the same every time.

About 255 bytes a post; one in a hundred names a topic and a place of some municipality. One in seven
holds an emoji, an accent, a mention, a hashtag or an address. No text and no name is real.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from query import CompiledQuery, Document, compile_query, templates
from tests.bench.query_peers import common

COMMON = [
    "de",
    "het",
    "een",
    "en",
    "van",
    "in",
    "is",
    "dat",
    "op",
    "te",
    "voor",
    "met",
    "die",
    "niet",
    "zijn",
    "aan",
    "er",
    "om",
    "maar",
    "ook",
    "als",
    "dan",
    "bij",
    "nog",
    "uit",
    "naar",
    "wat",
    "hier",
    "wel",
    "geen",
    "we",
    "ik",
    "je",
    "hij",
    "zij",
    "ze",
    "ons",
    "jullie",
    "deze",
    "dit",
    "over",
    "door",
    "tot",
    "heeft",
    "kan",
    "wordt",
    "meer",
    "vandaag",
    "morgen",
    "gisteren",
    "weer",
    "altijd",
    "nooit",
    "straat",
    "huis",
    "school",
    "winkel",
    "buurt",
    "dorp",
    "stad",
    "kinderen",
    "kind",
    "mensen",
    "vinden",
    "vind",
    "wind",
    "einde",
    "binnen",
    "buiten",
    "fiets",
    "auto",
    "trein",
    "regen",
    "zon",
    "markt",
    "feest",
    "muziek",
    "voetbal",
    "wedstrijd",
    "avond",
    "ochtend",
    "middag",
    "werk",
    "vrij",
    "koffie",
    "brood",
    "vergadering",
    "raad",
    "college",
    "plan",
    "bouw",
    "weg",
    "park",
]
STEMS = ("bloem", "molen", "kerk", "zee", "veld", "berg", "bos", "dal", "brug", "poort", "haven", "wal",
         "toren", "akker", "heide", "duin", "eik", "linde", "wilg", "roos", "ster", "zwaan")  # fmt: skip
ENDS = ("dam", "dijk", "horst", "land", "wijk", "kamp", "lo", "rade", "schoot", "stede", "veen", "zijl",
        "hout", "beek", "drecht", "gat")  # fmt: skip
RARE = ("goud", "zilver", "winter", "zomer", "nacht", "dag", "groot", "klein", "oud", "nieuw", "water", "steen",
        "bak", "loop", "zit", "slaap")  # fmt: skip
THINGS = ("tuin", "kamer", "bank", "koek", "gras", "lamp", "stoel", "boot", "doos", "glas", "kast", "deur",
          "raam", "tak", "blad", "soep")  # fmt: skip
TOPICS = ("azc", "opvang", "opvanglocatie", "asielzoekers", "noodopvang", "vluchtelingen", "statushouders",
          "migranten", "coa", "crisisopvang", "kinderopvang")  # fmt: skip
EXTRAS = (
    "🙂",
    "❤️",
    "#nieuws",
    "#dorp",
    "@buurvrouw",
    "https://voorbeeld.example/a/1",
    "café",
    "één",
    "…",
    "ideeën",
)


def places(count: int) -> list[str]:
    """Names that no other word begins with or ends on."""
    made = [f"{a}{b}" for b in ENDS for a in STEMS]
    return [
        made[n % len(made)] + ("" if n < len(made) else f"er{n // len(made)}") for n in range(count)
    ]


def posts(count: int, of_places: int = 342, seed: int = 8) -> Iterator[Document]:
    """The posts, about one in a hundred a match for some municipality."""
    chance = random.Random(seed)
    rare = [f"{a}{b}{c}{d}" for a in RARE for b in STEMS for c in THINGS for d in ("", "je", "s")]
    names = places(of_places)
    for _ in range(count):
        size = chance.randint(30, 58)
        words = [
            chance.choice(COMMON) if chance.random() < 0.8 else chance.choice(rare)
            for _ in range(size)
        ]
        if chance.random() < 0.03:
            words[chance.randrange(size)] = chance.choice(TOPICS)
        elif chance.random() < 0.03:
            words[chance.randrange(size)] = chance.choice(names).capitalize()
        if chance.random() < 0.01:
            words[1], words[-2] = chance.choice(TOPICS), chance.choice(names).capitalize()
        if chance.random() < 1 / 7:
            words[chance.randrange(size)] = chance.choice(EXTRAS)
        words[0] = words[0].capitalize()
        yield Document(" ".join(words) + ".")


def values(name: str, number: int = 0) -> dict[str, list[str]]:
    """The placeholder values of one fictional municipality."""
    return {
        "plaatsnaam": [name], "opvanglocatie": [f"hotel {name}hof"], "straatnaam": [f"{name}seweg"],
        "bijnaam plaats": [f"'t {name}ke"], "gemeentenaam": [f"gemeente {name}"],
        "naam burgemeester": [f"burgemeester van {name}en{number}"],
        "twitteraccount gemeente": [f"gem{name}"],
    }  # fmt: skip


def queries(count: int) -> dict[int, CompiledQuery]:
    """The handreiking's string for so many municipalities."""
    text = templates.get("handreiking-2016").text
    return {n: compile_query(text, values(name, n)) for n, name in enumerate(places(count))}


def edited(count: int) -> list[CompiledQuery]:
    """One municipality's query on the peers' common subset, each time with one more street."""
    text = templates.get("handreiking-2016").text
    name = places(1)[0]
    made = []
    for number in range(count):
        streets = [f"{name}seweg", *(f"{STEMS[n]}laan" for n in range(number))]
        whole = compile_query(text, {**values(name), "straatnaam": streets})
        tree = common(whole.tree)
        assert tree is not None
        made.append(CompiledQuery(tree))
    return made
