"""What the demonstration shows at its end: the figures, where the report is, and what is next."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from app.demo.agreement import Agreement
from app.demo.corpus import DAYS

if TYPE_CHECKING:
    from app.demo.run import Tally

NEXT = """Voor uw eigen gemeente:
  klankbord init                                        stelt de vragen voor uw dossier
  klankbord source add ADRES --dossier UW-DOSSIER       zoekt en beproeft een feed
  klankbord serve --with-worker                         haalt op, maakt verslagen, toont ze"""


def show(tally: Tally, agreed: Agreement, *, as_json: bool, serving: int | None) -> None:
    """One JSON document, or the table on standard output."""
    if as_json:
        import json

        sys.stdout.write(json.dumps(tally.as_json(), ensure_ascii=False, indent=2) + "\n")
        return
    rows = (
        ("opgehaald (met herhalingen)", tally.fetched),
        ("bewaard (gevonden + buffer)", tally.stored),
        ("gevonden door de zoekopdracht", tally.matched),
        ("informatiebehoefte", tally.informatiebehoefte),
        ("betekenisgeving", tally.betekenisgeving),
        ("schadebeperking", tally.schadebeperking),
        ("vragen", tally.questions),
        ("verslagen", tally.editions),
    )
    lines = [
        "",
        f"Demonstratie: verzonnen gemeente Rietmeer, {DAYS} dagen",
        *(f"  {name:<32}{_number(count):>8}" for name, count in rows),
        "",
        f"Labeller tegenover onze eigen handlabels ({_number(agreed.posts)} berichten, F1):",
        f"  I {agreed.f1['I']:.2f}  B {agreed.f1['B']:.2f}  S {agreed.f1['S']:.2f}"
        f"  gemiddeld {agreed.macro:.2f}  vragen {agreed.questions:.2f}",
        "  Dit zijn demonstratieberichten; het zegt weinig over echte berichten.",
        "",
        f"Verslag: {tally.report}",
    ]
    if serving is not None:
        lines.append(f"Pagina's: http://127.0.0.1:{serving}/")
    lines += ["", NEXT, ""]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
