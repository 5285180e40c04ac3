"""The documentation of the API, from our own server: nothing is fetched from a third party."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import Response

from app.errors import NotFound

router = APIRouter(include_in_schema=False)
SWAGGER = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
}
START = """window.addEventListener("load", function () {
  SwaggerUIBundle({url: "/v1/openapi.json", dom_id: "#documentatie", validatorUrl: null,
                   deepLinking: true, presets: [SwaggerUIBundle.presets.apis]});
});
"""
PAGE = """<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API - Klankbord</title>
<link rel="icon" type="image/svg+xml" href="/static/klankbord.svg">
<link rel="stylesheet" href="/v1/docs/swagger-ui.css">
<script defer src="/v1/docs/swagger-ui-bundle.js"></script>
<script defer src="/v1/docs/start.js"></script>
</head>
<body>
<main>
<h1>API van Klankbord</h1>
<p>De beschrijving zelf staat op <a href="/v1/openapi.json">/v1/openapi.json</a>.</p>
<div id="documentatie"></div>
</main>
</body>
</html>
"""


@router.get("/v1/docs")
def documentation() -> Response:
    return Response(PAGE, media_type="text/html; charset=utf-8")


@router.get("/v1/docs/{name}")
def documentation_part(name: str) -> Response:
    if name == "start.js":
        return Response(START, media_type="text/javascript; charset=utf-8")
    if name not in SWAGGER:
        raise NotFound("Dit onderdeel bestaat niet.")
    return Response(
        _bundled(name), media_type=SWAGGER[name], headers={"Cache-Control": "max-age=86400"}
    )


@cache
def _bundled(name: str) -> bytes:
    return files("fastapi_offline").joinpath("static", name).read_bytes()
