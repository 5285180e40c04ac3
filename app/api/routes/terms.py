"""The values of a dossier's placeholders: streets, nicknames, names in office."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from app.api.dependencies import Desk, reading, writing
from app.api.routes.queries import Term
from app.api.schemas import In, Out
from app.services import terms
from app.services.access import Permission
from app.storage import dossiers as dossier_rows

router = APIRouter(prefix="/dossiers/{slug}/terms", tags=["zoekopdrachten afstellen"])
Name = Annotated[str, Path(min_length=1, max_length=80)]


class ValuesIn(In):
    values: Annotated[list[Term], Field(max_length=terms.MOST_VALUES)]


class CsvIn(In):
    """The first column of every line; `replace` false adds to what is there."""

    csv: Annotated[str, Field(min_length=1, max_length=900_000)]
    replace: bool = False


class ImportOut(Out):
    added: int
    values: int


@router.get("", summary="De waarden van de plaatshouders")
def read_terms(desk: Annotated[Desk, reading(Permission.QUERIES_READ)]) -> dict[str, list[str]]:
    return dossier_rows.terms(desk.session, desk.scope.dossier.id)


@router.put("/{name}", summary="De waarden van een plaatshouder vervangen")
def set_terms(
    name: Name, body: ValuesIn, desk: Annotated[Desk, writing(Permission.QUERIES_WRITE)]
) -> dict[str, list[str]]:
    found = terms.set_values(desk.session, desk.scope, name, body.values)
    desk.note("terms-changed", name, facts={"values": len(body.values)})
    return found


@router.post("/{name}/import", summary="Waarden uit een CSV overnemen, alles of niets")
def import_terms(
    name: Name, body: CsvIn, desk: Annotated[Desk, writing(Permission.QUERIES_WRITE)]
) -> ImportOut:
    added, there = terms.import_values(
        desk.session, desk.scope, name, body.csv, replace=body.replace
    )
    desk.note("terms-imported", name, facts={"added": added})
    return ImportOut(added=added, values=there)
