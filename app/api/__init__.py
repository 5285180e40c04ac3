"""Pages and `/v1`: FastAPI lives here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.house import House


def serve(house: House, *, host: str, port: int) -> None:
    """Serve until somebody stops it. Raises `StorageError` when the port is taken."""
    import uvicorn

    from app.api.application import create_app
    from app.api.listening import bound

    with bound(host, port) as listener:
        config = uvicorn.Config(
            create_app(house), log_config=None, access_log=False, server_header=False,
            proxy_headers=False, timeout_keep_alive=15, limit_concurrency=200,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[listener])
