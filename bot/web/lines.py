"""A connection that is not kept open for whoever does nothing with it: uvicorn's own waits without end.

What a caller may take for the body of a request is counted elsewhere (bot/web/bodies.py).
"""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientLine(H11Protocol):
    """One connection. A caller has so long to say what it wants, and to take what it is given."""

    for_headers: ClassVar[float] = 20.0
    """Seconds from the beginning of a connection, or of another request on it, until its headers are complete."""

    for_taking: ClassVar[float] = 120.0
    """Seconds in which a caller takes nothing of an answer that waits for it."""

    most: ClassVar[int] = 600
    """Connections; when there are more, those in no request are closed. Many systems allow 1,024 open files."""

    _asking: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Somebody is there. Where there are too many, they are let in and the idle ones are not kept."""
        super().connection_made(transport)
        self._asking = self.loop.call_later(self.for_headers, self.timeout_keep_alive_handler)
        if len(self.connections) > self.most:
            for other in [one for one in self.connections if one is not self and not one.transport.is_closing()]:
                other.shutdown()

    def data_received(self, data: bytes) -> None:
        """Something came: it begins a request, goes on with one, or is less than the headers of one."""
        super().data_received(data)
        answered = getattr(self.cycle, "response_complete", True)  # before the first request there is no cycle
        if not answered:
            self._begun()
        elif self._asking is None:
            self._asking = self.loop.call_later(self.for_headers, self.timeout_keep_alive_handler)

    def pause_writing(self) -> None:
        """The caller takes an answer more slowly than it is made."""
        super().pause_writing()
        self._look_again(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """The caller has taken what waited."""
        super().resume_writing()
        self._taken()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        super().connection_lost(exc)
        self._begun()
        self._taken()

    def _begun(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _taken(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _look_again(self, waiting: int) -> None:
        self._taking = self.loop.call_later(self.for_taking, self._look, waiting)

    def _look(self, before: int) -> None:
        waiting = self.transport.get_write_buffer_size()
        if waiting < before:
            self._look_again(waiting)
        else:
            self.transport.abort()
