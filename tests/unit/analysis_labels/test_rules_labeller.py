"""What the rule labeller makes of posts of every kind; all posts here are written for this test."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from analysis import labellers, release, scheme
from analysis.labellers.case import Case
from analysis.labellers.knowledge import Knowledge, knowledge
from analysis.lexicon import entries, rows
from analysis.records import Labelled, Post

RULES = labellers.get("rules")


def label(text: str, **fields: object) -> Labelled:
    return RULES.label([Post(text, **fields)])[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hoeveel bedden komen er in het oude zwembad?", "I1"),
        ("Hoe laat begint de vergadering over de opvang?", "I2"),
        ("Waarom is het kantoor bij het station afgevallen als locatie?", "I3"),
        ("Mijn kapper zegt dat het hotel al verkocht is aan het COA", "I4"),
        ("Wij hebben na drie weken nog steeds geen brief gekregen", "I5"),
        ("Bij wie kan ik overlast melden in het weekend?", "I6"),
        ("Ik word hier zo verdrietig van, ons mooie plein", "B1"),
        ("Ik vind de sporthal een verkeerde plek hiervoor", "B2"),
        ("Het college luistert nooit, alles is achterkamertjespolitiek", "B3"),
        ("Net als toen met de rondweg, eerst praten en dan toch doen", "B4"),
        ("Wat een hartverwarmende ontvangst, complimenten voor alle vrijwilligers", "B5"),
        ("Ons dorp is compleet verdeeld, zelfs familie maakt ruzie", "B6"),
        ("Kom vrijdag allemaal naar de demonstratie op het marktplein", "S1"),
        ("Laten we maandag met de tractoren de toegangsweg blokkeren", "S2"),
        ("We weten waar die wethouder woont en gaan er langs", "S3"),
        ("Ik wil graag helpen met taalles, heb elke dinsdag tijd", "S4"),
        ("Wij hebben camera's en een alarm besteld, je weet maar nooit", "S5"),
        ("Stelletje parasieten, die asielzoekers moeten terug in de boot", "S6"),
        ("Vannacht is de ruit van de bakker ingegooid", "S7"),
    ],
)
def test_every_sub_label_can_be_reached(text: str, code: str) -> None:
    labelled = label(text)
    assert code in labelled.sub_labels
    assert scheme.label_of(code) in labelled.labels


def test_primary_follows_the_precedence_of_the_guide() -> None:
    assert scheme.primary_of(["betekenisgeving", "informatiebehoefte"]) == "informatiebehoefte"
    assert scheme.primary_of(scheme.LABEL_TITLES) == "schadebeperking"
    assert scheme.primary_of([]) is None


@pytest.mark.parametrize(
    "text",
    [
        "Wie verzint dit in hemelsnaam?",
        "Denken ze nou echt dat wij gek zijn?",
        "Hoe durven ze dit voor te stellen, die zakkenvullers?",
    ],
)
def test_a_rhetorical_question_is_meaning_and_no_question(text: str) -> None:
    labelled = label(text)
    assert not labelled.is_question
    assert labelled.theme is None
    assert "informatiebehoefte" not in labelled.labels
    assert "betekenisgeving" in labelled.labels


def test_a_question_without_a_mark_is_a_question() -> None:
    assert label("weet iemand wanneer de eerste bewoners komen").is_question


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Hoeveel mensen komen er maximaal?", "aantal"),
        ("Tot wanneer loopt het contract met het COA?", "duur"),
        ("Wat kost dit en wie betaalt de rekening?", "kosten"),
        ("Komt er extra beveiliging met camera's?", "veiligheid"),
        ("Kunnen die kinderen hier naar de basisschool?", "school"),
        ("Heeft de huisarts nog plek?", "zorg"),
        ("Kan ik bezwaar maken tegen de vergunning?", "bezwaar"),
        ("Krijgen zij voorrang op een sociale huurwoning?", "woningtoewijzing"),
        ("Wat doet dit met de waarde van mijn huis, komt er compensatie?", "woningwaarde"),
        ("Waar kan ik kleding en speelgoed doneren?", "hulp"),
    ],
)
def test_questions_get_a_theme(text: str, theme: str) -> None:
    assert label(text).theme == theme


@pytest.mark.parametrize(
    "text",
    [
        "Ik ga die burgemeester vermoorden",
        "Iemand moet die raadsleden eens in elkaar slaan",
        "Steek dat azc gewoon in de fik, jerrycan staat klaar",
        "De wethouder woont op nummer 14, doe er iets mee. Hier het adres van haar huis",
        "Morgenavond met zijn allen naar de burgemeester thuis, lawaai maken voor de deur",
        "Zulke lui verdienen een kogel",
    ],
)
def test_a_threat_is_a_candidate(text: str) -> None:
    labelled = label(text)
    assert labelled.threat
    assert labelled.threat_probability >= 0.5
    assert labelled.urgency == "h"
    assert set(labelled.sub_labels) & scheme.NEEDS_PERSON


@pytest.mark.parametrize(
    "text",
    [
        "De gemeente schiet zichzelf weer eens in de voet",
        "Dit plan is een tikkende tijdbom voor de begroting",
        'Wie roept "schiet ze dood" is walgelijk, doe aangifte',
        "Niemand verdient het om bedreigd te worden, stop met dat geweld",
        "Man aangehouden voor dreigen de wethouder neer te steken, meldt de politie",
        "Ik zou nooit iemand in elkaar slaan om een opvang",
        "De kogel is door de kerk: de opvang komt er",
        "Ik ga die muggen in mijn kamer doodslaan",
    ],
)
def test_metaphor_quote_news_and_denial_are_no_threat(text: str) -> None:
    assert not label(text).threat


IDENTITY = ["migranten", "moslims", "Syriërs", "homo's", "joden", "Turken", "vrouwen", "christenen"]


@pytest.mark.parametrize("who", IDENTITY)
def test_who_people_are_carries_no_weight(who: str) -> None:
    for frame in (
        "De {} komen in maart",
        "Er wonen al jaren {} in ons dorp",
        "Fijn dat de {} er zijn",
    ):
        neutral = label(frame.format("mensen"))
        named = label(frame.format(who))
        assert named.sentiment >= neutral.sentiment
        assert named.sentiment_label != "negatief"
        assert not named.threat
        assert not named.threat_probability > neutral.threat_probability


def test_the_feeling_lexicon_holds_no_identity_word() -> None:
    groups = next(row for row in rows("classes.tsv", 3) if row.cells[0] == "group")
    named = {entry.strip("*") for entry in entries(groups.cells[1])}
    felt = {e for row in rows("sentiment.tsv", 4) for e in entries(row.cells[2])}
    assert len(felt) >= 250
    insults = {"gelukszoeker", "gelukszoekers"}  # what a person is called, not what one is
    assert {word for word in felt if word in named} <= insults


def test_a_negation_turns_a_word_within_three_words_and_no_further() -> None:
    assert label("Dit is niet mooi").sentiment < label("Dit is mooi").sentiment
    near = label("niet zo heel mooi gebouw").sentiment
    far = label("niet hier maar daar staat wel een mooi gebouw").sentiment
    assert near < far
    assert label("Nooit zo trots geweest op ons dorp").sentiment > 0


def test_emoji_count_and_are_never_turned() -> None:
    assert label("dit nieuws niet 😡").sentiment_label == "negatief"
    assert label("Warm welkom ❤️").sentiment_label == "positief"


def test_a_neutral_question_has_no_sentiment() -> None:
    assert label("Wanneer komen de eerste mensen?").sentiment_label == "neutraal"


@pytest.mark.parametrize(
    ("fields", "text", "status"),
    [
        ({}, "Kinderopvang Rietmeer zoekt een nieuwe groepsleider", "ruis"),
        ({}, "Dierenopvang zit vol met kittens, wie neemt er een?", "ruis"),
        ({}, "Er komt een AMvB over hemelwater", "ruis"),
        ({"is_repost": True}, "RT @iemand: opvang in Rietmeer gaat door", "echo"),
        ({"is_repost": True}, "Opvang in Rietmeer gaat door", "echo"),
        ({"own": True}, "Wij organiseren donderdag een inloopavond over de opvang", "geen"),
        ({"group": "journalists"}, "Raad stemt in met noodopvang", "geen"),
        ({}, "Gemeenteraad bespreekt morgen voorstel voor noodopvang", "geen"),
        ({}, "The council will decide about the shelter next Tuesday evening", "niet-beoordeeld"),
        ({}, "Der Gemeinderat entscheidet nächste Woche über die Unterkunft", "niet-beoordeeld"),
        ({}, "", "geen"),
        ({}, "Goed zo!", "gelabeld"),
    ],
)
def test_statuses(fields: dict[str, object], text: str, status: str) -> None:
    labelled = label(text, **fields)
    assert labelled.status == status
    assert bool(labelled.labels) == (status == "gelabeld")


def test_a_repost_with_own_words_is_judged_on_those_words() -> None:
    labelled = label("Schandalig dit! RT @krant: opvang gaat door", is_repost=True)
    assert labelled.status == "gelabeld"
    assert labelled.sentiment_label == "negatief"


def test_short_agreement_takes_its_stance_from_the_parent() -> None:
    parent = "Het college liegt en luistert nooit, weg met dit azc"
    labelled = label("Helemaal mee eens", parent=parent)
    assert labelled.stance == label(parent).stance == "contra"
    assert labelled.doubt
    assert "B3" in labelled.sub_labels


def test_help_is_support_and_irony_turns_praise() -> None:
    offer = label("Wij willen graag helpen met taallessen en fietsen")
    assert offer.stance == "pro"
    assert "steun" in offer.emotion
    ironic = label("Bedankt voor niks, college, wat een verrassing weer")
    assert ironic.irony
    assert ironic.sentiment_label == "negatief"


def test_words_used_and_form_of_reception_are_named() -> None:
    labelled = label("Die gelukszoekers in de crisisnoodopvang krijgen alles")
    assert "gelukszoekers" in labelled.terms_used
    assert labelled.reception_form == "crisisnoodopvang"


def test_a_title_is_read_but_never_pointed_at() -> None:
    labelled = label("Zie boven.", title="Hoeveel asielzoekers komen er?")
    assert labelled.is_question
    assert all(0 <= e.start < e.end <= len("Zie boven.") for e in labelled.explanation)


def test_explanations_point_at_content_words_of_the_text_as_given() -> None:
    text = "Schaaaaaande!!!!!! Het collège 🙈 luistert nóóit naar ons"
    labelled = label(text)
    assert labelled.explanation
    for evidence in labelled.explanation:
        assert text[evidence.start : evidence.end] == evidence.text
        assert evidence.text.lower() not in {"het", "naar", "ons"}
        code, _, rule = evidence.supports.partition(":")
        assert code
        assert rule


POISON = {
    "signs": "!" * 20_000,
    "letters": "a" * 20_000,
    "emoji": "😡" * 20_000,
    "mixed signs": "?!.,;:'\"" * 2_500,
    "brackets": "([{" * 7_000,
    "words": "waarom " * 3_000,
    "questions": "? " * 10_000,
    "no spaces": "".join(chr(0x21 + at * 7 % 90) for at in range(20_000)),
    "many emoji": "".join(chr(0x1F600 + at * 7 % 60) for at in range(20_000)),
    "newlines": "\n" * 20_000,
    "sentences": "Wie gaat mee? " * 1_500,
    "marks": "a\u0301" * 10_000,
    "cues": "ik ga niet weg en we moeten naar het gemeentehuis " * 400,
}


@pytest.mark.parametrize("name", sorted(POISON))
def test_poison_text_costs_little(name: str) -> None:
    label("warm")
    began = time.process_time()
    label(POISON[name])
    assert time.process_time() - began < 0.25  # the aim is 50 ms; room for a slow, shared machine


def test_importing_the_labellers_does_not_load_spacy() -> None:
    code = (
        "import sys, analysis.labellers as l; l.get('rules').model; print('spacy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_rule_can_be_read_and_is_told_apart() -> None:
    known: Knowledge = knowledge()
    names = [row.cells[0] for row in rows("rules.tsv", 5)]
    assert len(names) == len(set(names))
    assert {rule.name for some in known.rules.values() for rule in some} == set(names)
    assert all(0 < row.number(2) < 1 for row in rows("rules.tsv", 5))


def test_drawn_out_words_and_wide_blanks_read_as_the_plain_words() -> None:
    plain = label("Schande, hoe lang gaat dit duren?")
    drawn = label("Schaaaaaande,   hoe    lang  gaat   dit  duren????")
    assert drawn.sub_labels == plain.sub_labels
    assert drawn.is_question == plain.is_question
    assert label("De meeste bewoners gaan morgen naar de weg").sub_labels != ("S2",)


def test_threads_may_label_at_the_same_time() -> None:
    posts = [Post(f"Hoeveel mensen komen er in gebouw {n}?") for n in range(40)]
    alone = RULES.label(posts)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(RULES.label, [posts] * 4)) == [alone] * 4


def test_every_rule_that_holds_is_found_whichever_step_calls_for_it() -> None:
    """Rules stand under their rarest step only; trying all of them gives the same."""
    known = knowledge()
    rules = {rule.name: rule for some in known.rules.values() for rule in some}
    for example in release.shipped_examples("dev")[:150]:
        case = Case(example.post, known)
        reading = case.reading
        held = {
            (name, at)
            for at, sentence in enumerate(reading.sentences)
            for name, rule in rules.items()
            if rule.pattern.find(sentence.spans, reading.classes, sentence.first) is not None
        }
        assert {(one.rule.name, one.sentence) for one in case.fired} == held
