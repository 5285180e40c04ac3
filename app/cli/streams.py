"""`klankbord stream`: listen to the sources that go on telling, in a process of its own."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.base import note, opened, refuse_standing_clock, say, say_json

if TYPE_CHECKING:
    from types import FrameType

    from app.services.ingest import FetchOutcome


def stream(
    once: Annotated[bool, typer.Option("--once", help="stop zodra alles gelezen is")] = False,
    seconds: Annotated[
        float | None, typer.Option("--seconds", help="stop na zoveel seconden")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="NDJSON op stdout")] = False,
) -> None:
    """Luister naar bronnen die blijven vertellen (Bluesky, Mastodon met token), tot SIGTERM of Ctrl-C."""
    from app.services import streaming

    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
    timer = threading.Timer(seconds, stop.set) if seconds is not None else None
    lock = threading.Lock()

    def tell(outcome: FetchOutcome) -> None:
        with lock:
            if as_json:
                say_json(outcome.as_json(), indent=None)
            elif outcome.new or outcome.deleted or outcome.reason not in ("ok", "not-modified"):
                say(
                    f"{outcome.source:<44} {outcome.reason:<14} {outcome.new} nieuw, "
                    f"{outcome.matched} gevonden, {outcome.deleted} verwijderd"
                )

    with opened() as house:
        if not once:
            refuse_standing_clock(house, "stream")
        if timer is not None:
            timer.daemon = True
            timer.start()
        if not streaming.stream_sources(house):
            waiting = "" if once else " Zodra er een aan gaat, wordt zij gevolgd; Ctrl-C stopt."
            note(f"Er staan geen bronnen aan die blijven vertellen.{waiting}")
        streaming.run(house, stop, tell, until_now=once)
