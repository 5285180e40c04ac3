"""The report as a page: the view of an edition, for the browser and for `report --format html`."""

from __future__ import annotations

from datetime import date

from app.records import REASONS
from app.services.access import Permission, Scope
from app.services.reports import Edition, numbers_only
from dashboards import pages, views


def report_view(
    frame: views.Frame,
    scope: Scope,
    day: date,
    edition: Edition | None,
    neighbours: tuple[date | None, date | None],
) -> views.ReportView:
    """What this reader may see of one edition; None says that there is no report of that day."""
    whole = scope.may(Permission.REPORTS)
    previous, following = neighbours
    if edition is None:
        return views.ReportView(frame, day, None, previous=previous, next=following)
    return views.ReportView(
        frame=frame,
        day=day,
        document=edition.document if whole else numbers_only(edition.document),
        interpretation=edition.interpretation if whole else "",
        interpretation_by=edition.interpretation_by if whole else None,
        approved_by=edition.approved_by,
        approved_at=edition.approved_at,
        version=edition.version,
        may_interpret=scope.may(Permission.APPROVE),
        may_approve=scope.may(Permission.APPROVE),
        may_see_posts=scope.may(Permission.POSTS),
        numbers_only=not whole,
        previous=previous,
        next=following,
        reason_texts=REASONS,
    )


def standalone_page(edition: Edition) -> str:
    """One edition as a page of its own, without navigation or forms."""
    document = edition.document
    frame = views.Frame(organisation=document["organisation"], csrf="", active="report")
    return pages.render_report(
        views.ReportView(
            frame=frame,
            day=date.fromisoformat(document["date"]),
            document=document,
            interpretation=edition.interpretation,
            interpretation_by=edition.interpretation_by,
            approved_by=edition.approved_by,
            approved_at=edition.approved_at,
            version=edition.version,
            reason_texts=REASONS,
        )
    )
