"""Published flows, ready to be played: built once per version and kept."""

from dataclasses import replace

from bot.library import Library, build_flow, rebuild_flow
from flows.audience.attributes import Attributes
from flows.definition.flow import Flow
from flows.definition.sources import FlowSources
from flows.errors import FlowError
from storage import flowbook
from storage.database import Tx


class FlowShelf:
    """Flows by name and version. A published version never changes, so keeping it is safe."""

    def __init__(self, attributes: Attributes | None = None) -> None:
        """Empty. `attributes` are those that conversations may record facts of."""
        self._attributes = attributes
        self._flows: dict[tuple[str, int], Flow] = {}

    async def get(self, tx: Tx, name: str, version: int) -> Flow:
        """This version of this flow. Raises FlowError when it was never published."""
        if (name, version) not in self._flows:
            sources = await flowbook.sources(tx, name, version)
            if sources is None:
                raise FlowError(f"flow {name!r} version {version} is not published; run `holdback flow publish {name}`")
            known = replace(FlowSources.from_json(sources), attributes=self._attributes)
            self._flows[name, version] = rebuild_flow(known, version)
        return self._flows[name, version]

    async def newest(self, tx: Tx, name: str) -> Flow:
        """The newest version of this flow. Raises FlowError when it was never published."""
        known = await flowbook.newest(tx, name)
        return await self.get(tx, name, known.version if known is not None else 0)


def load_checked(library: Library, name_or_path: str) -> FlowSources:
    """A flow's sources from disk, after every check. Raises FlowInvalid with every problem."""
    sources = library.load_flow(name_or_path)
    if sources.digest() not in _FOUND_GOOD:
        build_flow(sources, 1)
        _FOUND_GOOD.add(sources.digest())
    return sources


_FOUND_GOOD: set[str] = set()
"""Digests of what this process has checked: the same text need not be checked twice."""
