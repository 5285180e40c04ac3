"""Speed of the whole labelling beside the tokenizer alone and a spaCy textcat, in one run.

Run by hand: `make bench ARGS="tests/bench/test_bench_labels.py"`. Prints; docs/benchmarks.md holds
what was printed. CPU time of one process, so that a busy machine tells much the same.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from analysis import labellers, release
from analysis.labellers.protocol import Labeller
from analysis.labelling import BATCH
from analysis.records import Post

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1_200)]

POSTS = 50_000
BAR = 1_500
TEXTCAT_EPOCHS = 2


def _posts(count: int) -> list[Post]:
    """Training and dev posts in another order, a number added so that no two are the same."""
    texts = [e.post.text for name in ("train", "dev") for e in release.shipped_examples(name)]
    chosen = random.Random(7).choices(texts, k=count)
    return [Post(f"{text} {at}") for at, text in enumerate(chosen)]


def _rate(work: Callable[[], object], count: int) -> float:
    began = time.process_time()
    work()
    return count / (time.process_time() - began)


def _in_batches(labeller: Labeller, posts: list[Post]) -> None:
    """As `klankbord label` and the service do: a batch at a time, and what is said is passed on."""
    for at in range(0, len(posts), BATCH):
        labeller.label(posts[at : at + BATCH])


def _textcat() -> Callable[[list[str]], object]:
    """A bag-of-words textcat for I, B and S, trained here and now on the same posts."""
    import spacy
    from spacy.training import Example

    nlp = spacy.blank("nl")
    pipe = nlp.add_pipe(
        "textcat_multilabel",
        config={
            "model": {
                "@architectures": "spacy.TextCatBOW.v3",
                "exclusive_classes": False,
                "ngram_size": 1,
                "no_output_layer": False,
                "length": 262144,
            }
        },
    )
    names = ("informatiebehoefte", "betekenisgeving", "schadebeperking")
    for name in names:
        pipe.add_label(name)  # type: ignore[attr-defined]
    examples = [
        Example.from_dict(
            nlp.make_doc(e.post.text[:500]), {"cats": {n: float(n in e.labels) for n in names}}
        )
        for e in release.shipped_examples("train")
    ]
    nlp.initialize(lambda: examples)
    for _ in range(TEXTCAT_EPOCHS):
        for at in range(0, len(examples), 64):
            nlp.update(examples[at : at + 64])
    return lambda texts: [doc.cats for doc in nlp.pipe(texts)]


def test_posts_per_cpu_second() -> None:
    import spacy

    posts = _posts(POSTS)
    texts = [post.text for post in posts]
    ours = labellers.get("ibs-nl")
    began = time.perf_counter()
    ours.label(posts[:1])
    first = time.perf_counter() - began
    blank = spacy.blank("nl")
    textcat = _textcat()
    rates = {
        "spacy.blank('nl'), alleen woorden": _rate(
            lambda: [blank.make_doc(t) for t in texts], POSTS
        ),
        "spaCy textcat (bow), alleen I/B/S": _rate(lambda: textcat(texts[:10_000]), 10_000),
        "rules, alles": _rate(lambda: _in_batches(labellers.get("rules"), posts[:10_000]), 10_000),
        "ibs-nl, alles": _rate(lambda: _in_batches(ours, posts), POSTS),
    }
    for name, rate in rates.items():
        print(f"\n{name:<40} {rate:8.0f} berichten per CPU-seconde", end="")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\neerste bericht na {first:.1f} s; geheugen van dit proces {memory:.0f} MiB")
    assert rates["ibs-nl, alles"] > 0


def test_start_up_and_memory_of_a_process_that_only_labels() -> None:
    code = (
        "import time; t = time.perf_counter()\n"
        "from analysis import labellers; from analysis.records import Post\n"
        "said = labellers.get('ibs-nl').label([Post('Hoeveel mensen komen er?')])[0]\n"
        "peak = [l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')]\n"
        "print(time.perf_counter() - t, int(peak[0]) / 1024, said.primary)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *numbers, primary = done.stdout.split()
    assert primary == "informatiebehoefte"
    seconds, memory = map(float, numbers)
    print(f"\nstart tot het eerste label {seconds:.1f} s, {memory:.0f} MiB")
