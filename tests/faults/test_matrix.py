"""Every malformed answer ends in "items kept" or a named reason, in time and within memory, and
touches no other source. `docs/sources.md` holds the table that this run makes.

KLANKBORD_WRITE_MATRIX=1 writes the table with the limits that the product has; without it the run
uses shorter limits, and checks that the table is about these cases.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from app.outbound import Outbound
from app.records import HEALTHY, REASONS
from app.services.ingest import fetch_source
from app.sources.feed import FeedSource
from app.storage import sources as source_rows
from tests import databases
from tests import factories as the
from tests.faults.cases import bad_server, cases

DOCUMENT = Path(__file__).parents[2] / "docs" / "sources.md"
WRITING = os.environ.get("KLANKBORD_WRITE_MATRIX") == "1"
TOTAL_S, BUDGET_S = (30.0, 10.0) if WRITING else (3.0, 3.0)
MOST_S, MOST_MIB = 45.0, 150


def peak(pid: int | str = "self", *, reset: bool = False) -> float:
    """The most memory that a process had since the last reset, in MiB."""
    place = Path(f"/proc/{pid}")
    try:
        if reset:
            (place / "clear_refs").write_text("5")
        found = re.search(r"VmHWM:\s+(\d+) kB", (place / "status").read_text())
    except OSError:
        return 0.0
    return int(found.group(1)) / 1024 if found else 0.0


@pytest.mark.timeout(600)
def test_every_malformed_answer_ends_in_items_or_a_reason(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = cases()
    source = FeedSource(parse_budget_s=BUDGET_S)
    monkeypatch.setattr("app.sources.get", lambda kind: source)
    rows: list[tuple[str, str, str, float, float, float]] = []
    wrong: list[str] = []
    with bad_server() as place:
        house = the.house_at(
            databases.copied(sqlite_template, tmp_path), tmp_path, fetch_allow_private=place
        )
        house.__dict__["outbound"] = Outbound(allow_private=place, contact="proef", total_s=TOTAL_S)
        addresses = [f"http://{place}{path}" for path in ("/goed", *table)]
        the.set_up(house, the.init_file(*addresses, query_text="opvang OR bericht*"))
        with house.database.read() as session:
            ids = {row.address: row.id for row in source_rows.all_of(session)}
        fetch_source(house, ids[addresses[0]])
        good = the.source(house, addresses[0])
        assert good["reason"] == "ok"
        for path, (name, _, expected) in table.items():
            before = peak(reset=True)
            started = time.monotonic()
            outcome = fetch_source(house, ids[f"http://{place}{path}"])
            took = time.monotonic() - started
            process = source._child._process
            child = peak(process.pid) if process is not None else 0.0
            assert outcome is not None
            assert outcome.reason in REASONS
            if outcome.reason not in expected.split("|"):
                wrong.append(f"{name}: {outcome.reason}, not {expected}")
            rows.append((name, outcome.reason, told(outcome), took, peak() - before, child))
            if took > MOST_S or peak() - before > MOST_MIB:
                wrong.append(f"{name}: {took:.1f} s, {peak() - before:.0f} MiB")
            if WRITING:
                source.close()  # a child of its own per case, so that its memory can be told apart
        assert wrong == []
        again = fetch_source(house, ids[addresses[0]])
        assert again is not None
        assert again.reason in HEALTHY
        assert the.source(house, addresses[0])["failures"] == 0
        assert {row.title for _, row in the.hits(house)} <= {
            *(f"Bericht {n}" for n in range(20_000)),
            "",
        }
        house.close()
    source.close()
    if WRITING:
        write(rows)
    documented = outcomes(DOCUMENT.read_text("utf-8"))
    assert list(documented) == [name for name, *_ in table.values()]
    for name, _, expected in table.values():
        assert documented[name] in expected.split("|"), name


def told(outcome: object) -> str:
    items = getattr(outcome, "items", 0)
    return f"{items} berichten gelezen" if items else "niets opgeslagen"


def write(rows: list[tuple[str, str, str, float, float, float]]) -> None:
    lines = [
        "| Geval | Uitkomst | Wat bleef | Seconden | MiB erbij | MiB van het leesproces |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | `{reason}` {REASONS[reason].lower()} | {kept} | {took:.1f} | {max(0, memory):.0f} | {child:.0f} |"
        for name, reason, kept, took, memory, child in rows
    ]
    text = DOCUMENT.read_text("utf-8")
    head, _, rest = text.partition("<!-- matrix -->\n")
    _, _, tail = rest.partition("<!-- /matrix -->")
    table = "\n".join(lines)
    DOCUMENT.write_text(f"{head}<!-- matrix -->\n{table}\n<!-- /matrix -->{tail}", "utf-8")


def outcomes(text: str) -> dict[str, str]:
    """Case → outcome as the document has them."""
    part = text.partition("<!-- matrix -->")[2].partition("<!-- /matrix -->")[0]
    return dict(re.findall(r"^\| ([^|`]+) \| `([a-z-]+)`", part, re.M))
