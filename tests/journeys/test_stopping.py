"""The house closes in order, and at once."""

import time
from pathlib import Path

import httpx
import pytest

from tests.journeys.rig import open_rig


async def test_it_stops_at_once_and_its_door_is_closed(published_url: str, tmp_path: Path) -> None:
    async with open_rig(published_url, tmp_path) as rig:
        assert (await rig.http.get("/healthz")).status_code == 200
        began = time.monotonic()
    assert time.monotonic() - began < 5.0, "somebody slept on, or was waited for in vain"
    with pytest.raises(httpx.ConnectError):
        await _get(f"{rig.house.base_url}/healthz")


async def _get(url: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(url)
