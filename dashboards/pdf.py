"""The report as a tagged PDF (PDF/UA-1): the blocks of the page in one flow, with a style of its own.

WeasyPrint is imported when a PDF is made: it takes a second and needs libpango. Nothing is fetched:
the only addresses it may read are our own static files.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from urllib.parse import urlsplit

from dashboards import pages, views
from dashboards.assets import static_files
from dashboards.paths import STATIC

BASE = "https://klankbord.invalid"


class PdfUnavailable(Exception):
    """WeasyPrint or libpango is not there; the message says what to install."""


def render_pdf(view: views.ReportView) -> bytes:
    """One edition as PDF/UA-1, in one flow of text. Raises `PdfUnavailable`."""
    return pdf_of(pages._render("report_pdf", view))


def pdf_of(html: str) -> bytes:
    """A page of ours as PDF/UA-1. Raises `PdfUnavailable`."""
    weasyprint = _weasyprint()
    fetcher = _only_ours(weasyprint)
    made = weasyprint.HTML(string=html, base_url=f"{BASE}/", url_fetcher=fetcher)
    document: bytes = made.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return document


def is_available() -> bool:
    """Whether a PDF can be made here."""
    try:
        _weasyprint()
    except PdfUnavailable:
        return False
    return True


def _weasyprint() -> ModuleType:
    try:
        return import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise PdfUnavailable(
            "Voor PDF is libpango nodig: apt-get install libpango-1.0-0 libpangoft2-1.0-0."
        ) from error


def _only_ours(weasyprint: ModuleType) -> object:
    base: type = weasyprint.urls.URLFetcher

    class OurFiles(base):  # type: ignore[misc]
        """Answers for `/static/` from memory; anything else is refused."""

        def fetch(self, url: str, headers: object = None) -> object:
            parts = urlsplit(url)
            found = static_files().get(parts.path.removeprefix(STATIC))
            if f"{parts.scheme}://{parts.netloc}" != BASE or found is None:
                raise ValueError(f"not one of our files: {url[:200]}")
            content, kind = found
            return weasyprint.urls.URLFetcherResponse(
                url, body=content, headers={"Content-Type": kind}
            )

    return OurFiles()
