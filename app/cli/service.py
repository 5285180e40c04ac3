"""`klankbord serve`, `worker` and `demo`."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from app.cli.base import note, opened, refuse_standing_clock
from app.errors import InvalidInput

Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="poort")]


def serve(
    with_worker: Annotated[
        bool, typer.Option("--with-worker", help="ook ophalen en verslagen maken")
    ] = False,
    host: Annotated[str, typer.Option("--host", help="adres om op te luisteren")] = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Toon de pagina's en de API."""
    with opened() as house:
        refuse_standing_clock(house, "serve")
        if not house.settings.cookie_secure and host not in ("127.0.0.1", "::1", "localhost"):
            raise InvalidInput(
                f"KLANKBORD_COOKIE_SECURE mag alleen uit op een lokaal adres; {host} is dat niet.",
                field="KLANKBORD_COOKIE_SECURE",
            )
        from app.api import serve as serve_app

        with ExitStack() as stack:
            if with_worker:
                from app.worker import working

                stack.enter_context(working(house))
            serve_app(house, host=host, port=port)


def worker() -> None:
    """Haal bronnen op zodra ze aan de beurt zijn en maak de verslagen, tot iemand stopt."""
    with opened() as house:
        refuse_standing_clock(house, "worker")
        from app.worker import work_until_stopped

        note("De worker draait; stoppen met Ctrl-C.")
        work_until_stopped(house)


def demo(
    once: Annotated[bool, typer.Option("--once", help="alles een keer, en dan stoppen")] = False,
    port: Port = 8000,
    as_json: Annotated[bool, typer.Option("--json", help="met --once: JSON op stdout")] = False,
) -> None:
    """Laat Klankbord zien aan de hand van de verzonnen gemeente Rietmeer."""
    if as_json and not once:
        raise InvalidInput("--json hoort bij --once.", field="--json")
    from app.demo.run import run_demo

    run_demo(once=once, port=port, as_json=as_json)
