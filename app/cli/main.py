"""Run a command and turn whatever goes wrong into one line and an exit code (contracts.md)."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from app.cli.base import BROKEN, DONE, FAILED, WRONG, CommandFailed, note
from app.errors import AppError, InvalidInput, NotifyError, SourceError, StorageError

if TYPE_CHECKING:
    from query.errors import QueryError


def run(app: typer.Typer, arguments: Sequence[str] | None = None) -> int:
    """The exit code of one command line: 0 done, 1 failures inside, 2 wrong input, 3 broken."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        words = list(sys.argv[1:] if arguments is None else arguments)
        _must_be_text(words)
        command = typer.main.get_command(app)
        outcome = command.main(
            words,
            prog_name="klankbord",
            standalone_mode=False,
        )
        sys.stdout.flush()
        return int(outcome) if isinstance(outcome, int) else DONE
    except CommandFailed as failed:
        if str(failed):
            _line(str(failed))
        return FAILED
    except typer.Exit as ended:
        return int(ended.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _line("Afgebroken.")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        code, text = told(error)
        if text is None:
            traceback.print_exception(error)
            text = "Dit is een fout in Klankbord zelf; meld hem met de regels hierboven."
        _line(text)
        return code


def _must_be_text(words: Sequence[str]) -> None:
    """What is no UTF-8 reaches Python as lone surrogates, and would break in the database."""
    for number, word in enumerate(words, start=1):
        if any("\ud800" <= char <= "\udfff" for char in word):
            raise InvalidInput(f"Argument {number} is geen geldige tekst (UTF-8).")


def told(error: Exception) -> tuple[int, str | None]:
    """(exit code, the one line); None for a fault of our own, which shows its traceback."""
    from analysis.errors import AnalysisError, ModelUnavailable
    from query.errors import QueryError

    if isinstance(error, QueryError):
        return WRONG, _query_line(error)
    if isinstance(error, StorageError | ModelUnavailable | NotifyError):
        return BROKEN, str(error)
    if isinstance(error, SourceError):
        return (WRONG if error.reason == "private-refused" else FAILED), str(error)
    if isinstance(error, AppError | AnalysisError):
        return WRONG, str(error)
    if hasattr(error, "format_message"):
        return WRONG, _usage_line(error)
    if isinstance(error, OSError):
        return BROKEN, f"Het systeem geeft een fout: {error}."
    return BROKEN, None


def _line(text: str) -> None:
    note("klankbord: " + " ".join(text.split()))


def _query_line(error: QueryError) -> str:
    problem = error.problems[0]
    hint = f" {problem.hint}" if problem.hint else ""
    return f"De zoekopdracht klopt niet op positie {problem.offset}: {problem.message}{hint}"


def _usage_line(error: Any) -> str:
    """Typer's English usage errors in Dutch."""
    kind = type(error).__name__
    where = " Zie: klankbord --help."
    context = getattr(error, "ctx", None)
    if context is not None:
        where = f" Zie: {context.command_path} --help."
    message = error.format_message().rstrip(".")
    name = _parameter_name(error)
    if kind == "MissingParameter":
        return f"{name} ontbreekt.{where}"
    if kind == "NoSuchOption":
        return f"Onbekende optie {error.option_name}.{where}"
    if kind == "BadOptionUsage":
        return f"Optie {error.option_name} mist een waarde of krijgt er een te veel.{where}"
    if kind == "BadParameter":
        return f"{name} heeft een verkeerde waarde.{_wanted(error)}{where}"
    if message.startswith("No such command"):
        return f"Onbekend commando {message.removeprefix('No such command').strip()}.{where}"
    if message.startswith("Missing command"):
        return f"Welk commando?{where}"
    if "unexpected extra argument" in message:
        return f"Te veel argumenten: {message.rpartition('(')[2].rstrip(')')}.{where}"
    return f"{message}.{where}"


def _wanted(error: Any) -> str:
    """What the value should have been, as far as Typer knows."""
    faults: list[Any] = getattr(error.__cause__, "errors", list)()
    facts = faults[0] if faults else {}
    limits = facts.get("ctx", {})
    if "ge" in limits:
        return f" Het is minstens {limits['ge']}."
    if "le" in limits:
        return f" Het is hoogstens {limits['le']}."
    return " Geef een heel getal." if facts.get("type") == "int_parsing" else ""


def _parameter_name(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return "Een argument"
    options = [name for name in getattr(parameter, "opts", []) if name.startswith("--")]
    return options[0] if options else str(parameter.metavar or parameter.name).upper()
