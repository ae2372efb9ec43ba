"""Requests to an application in this process, without a socket."""

from httpx import ASGITransport, AsyncClient
from starlette.types import ASGIApp


def asking(app: ASGIApp, address: str = "http://127.0.0.1:8000") -> AsyncClient:
    """A client of `app`; what the application raises becomes its answer, as on a real server."""
    return AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url=address)
