"""The report as PDF, and the secret addresses of the feed of approved reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.api.dependencies import Desk, reading, writing
from app.api.schemas import In, Out, Remark
from app.errors import NotFound, StorageError
from app.services import feeds, reports
from app.services.access import Permission
from app.services.report_pages import standalone_view
from app.storage import feeds as rows
from app.storage import reports as report_rows
from dashboards import paths
from dashboards.pdf import PdfUnavailable, render_pdf

router = APIRouter(prefix="/dossiers/{slug}", tags=["verslagen"])
FeedId = Annotated[int, Path(ge=1, le=2**31 - 1)]


class FeedIn(In):
    note: Remark = ""


class FeedMade(Out):
    """`path` holds the secret and is shown this once."""

    id: int
    path: str


class FeedOut(Out):
    id: int
    note: str
    created_at: datetime
    revoked_at: datetime | None


@router.get(
    "/reports/{day}/pdf",
    summary="Het verslag als toegankelijke PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
def read_pdf(
    day: date,
    desk: Annotated[Desk, reading(Permission.REPORTS)],
    edition: Annotated[int | None, Query(ge=1, le=10_000)] = None,
) -> Response:
    return pdf_answer(desk, day, edition)


def pdf_answer(desk: Desk, day: date, edition: int | None) -> Response:
    """One edition as PDF; raises `NotFound`, and `StorageError` where libpango is missing."""
    row = report_rows.newest(desk.session, desk.scope.dossier.id, day, edition)
    if row is None:
        raise NotFound(f"Er is geen verslag van {day.isoformat()}.")
    shown = reports.shown(desk.session, desk.scope.dossier.slug, row)
    try:
        content = render_pdf(standalone_view(shown))
    except PdfUnavailable as error:
        raise StorageError(str(error)) from error
    name = f"omgevingsanalyse-{day.isoformat()}-{row.edition}.pdf"
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@router.get("/report-feeds", summary="De feeds van goedgekeurde verslagen")
def list_feeds(desk: Annotated[Desk, reading(Permission.DELIVERY)]) -> list[FeedOut]:
    return [FeedOut.model_validate(row) for row in rows.tokens(desk.session, desk.scope.dossier.id)]


@router.post("/report-feeds", status_code=201, summary="Een feed maken; het adres is geheim")
def make_feed(body: FeedIn, desk: Annotated[Desk, writing(Permission.DELIVERY)]) -> FeedMade:
    row, secret = feeds.make_token(
        desk.house, desk.session, desk.scope.dossier, desk.scope.principal.user_id, body.note
    )
    desk.note("feed-made", str(row.id))
    return FeedMade(id=row.id, path=paths.report_feed(secret))


@router.delete("/report-feeds/{feed_id}", status_code=204, summary="Een feed intrekken")
def withdraw_feed(feed_id: FeedId, desk: Annotated[Desk, writing(Permission.DELIVERY)]) -> None:
    feeds.withdraw(desk.house, desk.session, desk.scope.dossier, feed_id)
    desk.note("feed-withdrawn", str(feed_id))
