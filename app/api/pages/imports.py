"""What people bring in themselves: a question heard at the desk, and files of other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from fastapi.responses import RedirectResponse, Response

from app.api.dependencies import Desk, reading
from app.api.pages.framing import Csrf, back, desk_frame, page, prove
from app.api.pages.query import form_fields
from app.api.routes import imports as acts
from app.api.routes.imports import ImportId
from app.clock import AMSTERDAM
from app.errors import Conflict, InvalidInput, NotFound
from app.services import imports, moments, uploads
from app.services.access import Permission
from app.services.import_profiles import FIELDS, PROFILES
from app.services.uploads import Upload
from dashboards import import_views, pages, paths

router = APIRouter(include_in_schema=False)
MAP = "map:"
Name = Annotated[str, Form(max_length=40)]
SAVED = {
    "vraag": "De vraag staat bij de berichten.",
    "bestand": "Het bestand is ingelezen.",
    "terug": "De invoer is teruggedraaid.",
}


@router.get("/dossiers/{slug}/imports")
def imports_page(
    desk: Annotated[Desk, reading(Permission.SOURCES_READ)],
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    return _page(desk, notice=SAVED.get(saved, ""))


@router.post("/dossiers/{slug}/desk-questions")
def question_form(
    desk: Annotated[Desk, reading(Permission.STATUS)],
    csrf: Csrf,
    question: Annotated[str, Form(max_length=20_000)] = "",
    day: Annotated[str, Form(max_length=12)] = "",
    clock: Annotated[str, Form(max_length=8)] = "",
    where: Annotated[str, Form(max_length=200)] = "",
    return_: Annotated[str, Form(alias="return", max_length=2000)] = "",
) -> Response:
    """A question that somebody asked in person; who asked is not noted."""
    prove(desk, csrf)
    draft = import_views.QuestionDraft(question, day, clock, where)
    try:
        at = moments.local_instant(day, clock) if day.strip() or clock.strip() else None
        acts.heard(desk, question, at, where)
    except InvalidInput as error:
        return _page(desk, draft=draft, problem=error.message)
    return back(return_, f"{paths.dossier(desk.scope.dossier.slug, 'imports')}?saved=vraag")


@router.post("/dossiers/{slug}/imports")
def upload_form(
    desk: Annotated[Desk, reading(Permission.SOURCES_WRITE)],
    csrf: Csrf,
    given: Annotated[dict[str, list[str]], Depends(form_fields)],
    file: Annotated[UploadFile | None, File()] = None,
    profile: Name = "",
    ticket: Name = "",
    do: Annotated[str, Form(max_length=10)] = "look",
) -> Response:
    """One form, two buttons: look at it, or take it in after looking."""
    prove(desk, csrf)
    mapping = {
        name.removeprefix(MAP): values[-1]
        for name, values in given.items()
        if name.startswith(MAP) and values[-1]
    }
    try:
        upload = _upload(desk, file, ticket)
    except (InvalidInput, NotFound) as error:
        return _page(desk, problem=error.message)
    found: dict[str, Any] | None = None
    problem = ""
    try:
        if do == "keep":
            skip = given.get("skip", [""])[-1] == "ja"
            acts.taken(desk, upload.data, upload.name, profile, mapping, skip)
            uploads.let_go(desk.house, ticket)
            return _back(desk, "bestand")
        found = acts.looked_at(desk, upload.data, upload.name, profile, mapping)
    except (InvalidInput, Conflict) as error:
        problem = error.message
        found = _seen_again(desk, upload, profile, mapping)
    if found is None:
        return _page(desk, problem=problem)
    kept = ticket or uploads.hold(desk.house, _owner(desk), upload.name, upload.data)
    return _page(desk, seen=_seen(found, kept, upload.name, profile), problem=problem)


@router.post("/dossiers/{slug}/imports/{import_id}/undo")
def undo_form(
    import_id: ImportId, desk: Annotated[Desk, reading(Permission.SOURCES_READ)], csrf: Csrf
) -> Response:
    prove(desk, csrf)
    try:
        acts.undone(desk, import_id)
    except Conflict as error:
        return _page(desk, problem=error.message)
    return _back(desk, "terug")


def _upload(desk: Desk, file: UploadFile | None, ticket: str) -> Upload:
    """The file that was sent along, or the one that was looked at before."""
    if file is not None and file.filename:
        return Upload(file.filename, file.file.read())
    if not ticket:
        raise InvalidInput("Kies eerst een bestand.", field="file")
    return uploads.held(desk.house, _owner(desk), ticket)


def _owner(desk: Desk) -> str:
    return f"{desk.scope.principal.user_id}/{desk.scope.dossier.id}"


def _seen_again(
    desk: Desk, upload: Upload, profile: str, mapping: Mapping[str, str]
) -> dict[str, Any] | None:
    """What the file is without what was wrong with the choices; None when it is no table at all."""
    for attempt in (dict(mapping), {}):
        try:
            return acts.looked_at(desk, upload.data, upload.name, profile, attempt)
        except InvalidInput:
            continue
    return None


def _seen(found: dict[str, Any], ticket: str, name: str, profile: str) -> import_views.PreviewView:
    return import_views.PreviewView(
        ticket=ticket,
        file=name,
        profile=profile,
        recognised=PROFILES[found["profile"]].title,
        form=found["form"],
        encoding=found["encoding"],
        columns=tuple(found["columns"]),
        fields=tuple((field, title, found["mapping"].get(field, "")) for field, title in FIELDS.items()),
        rows=found["rows"],
        posts=found["posts"],
        new=found["new"],
        matched=found["matched"],
        changed=found["changed"],
        first=found["first"],
        last=found["last"],
        before=found["imported_before"],
        problems=tuple(
            import_views.RowProblem(one["row"], one["message"], one["stops"])
            for one in found["problems"]
        ),
        sample=tuple(
            import_views.SampleRow(one["row"], one["published_at"], one["title"], one["text"])
            for one in found["sample"]
        ),
    )  # fmt: skip


def _page(
    desk: Desk,
    *,
    notice: str = "",
    problem: str = "",
    draft: import_views.QuestionDraft | None = None,
    seen: import_views.PreviewView | None = None,
) -> Response:
    now = desk.house.clock.now().astimezone(AMSTERDAM)
    view = import_views.ImportsView(
        frame=desk_frame(desk, "imports", notice),
        runs=tuple(
            import_views.RunView(
                id=run["import"], profile=run["profile"], file=run["file"], rows=run["rows"],
                new=run["new"], matched=run["matched"], at=run["at"], undone_at=run["undone_at"],
                may_undo=run["undone_at"] is None and acts.may_undo(desk, run["profile"]),
            )
            for run in imports.import_list(desk.house, desk.scope.dossier.slug)
        ),
        may_ask=desk.scope.may(Permission.STATUS),
        may_import=desk.scope.may(Permission.SOURCES_WRITE),
        profiles=tuple((one.name, one.title) for one in PROFILES.values()),
        draft=draft or import_views.QuestionDraft("", f"{now:%Y-%m-%d}", f"{now:%H:%M}", "balie"),
        seen=seen,
        problem=problem,
    )  # fmt: skip
    return page(pages.render_imports(view), 400 if problem else 200)


def _back(desk: Desk, saved: str) -> RedirectResponse:
    place = paths.dossier(desk.scope.dossier.slug, "imports")
    return RedirectResponse(f"{place}?saved={saved}", 303)
