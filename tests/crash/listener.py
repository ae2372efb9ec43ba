"""A system of the shop that takes webhooks."""

import json

from tests.edge.wire import HttpServer, Reply, Request, json_reply


class Listener:
    """A system of the shop that takes webhooks, and keeps what it was told: event and message id."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self._server = HttpServer(self._take)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    async def _take(self, request: Request) -> Reply:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.heard.append((json.loads(request.body)["type"], headers["webhook-id"]))
        return json_reply({})

    async def open(self) -> None:
        """Opens the port."""
        await self._server.open()

    async def close(self) -> None:
        """Closes it."""
        await self._server.close()
