"""Static files: cached for ever under their content's address, small, unchanged, and nothing else is reachable."""

import gzip
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from httpx import AsyncClient
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.web.assets import BUNDLES, STATIC, Assets, lean
from tests.bot.web.asking import asking

SHEETS = sorted(STATIC.rglob("*.css"))


@pytest.fixture
def assets() -> Assets:
    return Assets()


@pytest_asyncio.fixture
async def client(assets: Assets) -> AsyncIterator[AsyncClient]:
    async with asking(Starlette(routes=[Mount("/static", assets)])) as one:
        yield one


async def test_the_address_of_a_file_carries_its_content_and_is_kept_for_ever(
    assets: Assets, client: AsyncClient
) -> None:
    address = assets.url("face.css")
    assert re.fullmatch(r"/static/face\.css\?v=[0-9a-f]{12}", address)
    answer = await client.get(address)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("query", ["", "?v=000000000000", "?v="])
async def test_another_address_is_asked_again(client: AsyncClient, query: str) -> None:
    answer = await client.get(f"/static/face.css{query}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


async def test_a_browser_that_has_the_file_is_told_so(client: AsyncClient) -> None:
    tag = (await client.get("/static/console.js")).headers["etag"]
    again = await client.get("/static/console.js", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_file_travels_compressed_to_whoever_can_read_that(client: AsyncClient) -> None:
    plain = await client.get("/static/vendor/htmx.min.js", headers={"accept-encoding": "identity"})
    async with client.stream("GET", "/static/vendor/htmx.min.js", headers={"accept-encoding": "gzip"}) as packed:
        raw = b"".join([part async for part in packed.aiter_raw()])
    assert packed.headers["content-encoding"] == "gzip" and packed.headers["vary"] == "accept-encoding"
    assert gzip.decompress(raw) == plain.content and len(raw) < len(plain.content) / 2


@pytest.mark.parametrize(
    "path", ["nothing.css", "../pages.py", "..%2fpages.py", "%2e%2e/pages.py", "//etc/passwd", "vendor", "vendor/", ""]
)
async def test_nothing_else_is_reachable(client: AsyncClient, path: str) -> None:
    assert (await client.get(f"/static/{path}")).status_code == 404


async def test_a_file_cannot_be_written(client: AsyncClient) -> None:
    assert (await client.post("/static/face.css")).status_code == 405


def test_a_file_that_is_not_there_is_named_with_those_that_are(assets: Assets) -> None:
    with pytest.raises(KeyError, match=r"no static file 'fase\.css'.*face\.css"):
        assets.url("fase.css")


def test_a_room_adds_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "own.js").write_text("1")
    assert Assets([STATIC, tmp_path]).url("own.js").startswith("/static/own.js?v=")


def test_all_css_together_stays_small() -> None:
    assert sum(len(lean(path.read_bytes())) for path in SHEETS) < 30_000


@pytest.mark.parametrize("bundle", BUNDLES)
async def test_a_page_loads_less_than_eight_kilobytes_of_css(client: AsyncClient, bundle: str) -> None:
    async with client.stream("GET", f"/static/{bundle}", headers={"accept-encoding": "gzip"}) as answer:
        assert len(b"".join([part async for part in answer.aiter_raw()])) < 8_000


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_sheets_know_no_left_and_right(path: Path) -> None:
    physical = (
        r"(?:margin|padding|border)-(?:left|right|top|bottom)|(?<![-\w])(?:left|right|top|bottom|width|height)\s*:"
    )
    found = re.findall(physical, re.sub(r"\((?:min-|max-)?width[^)]*\)", "", path.read_text(encoding="utf-8")))
    assert found == []


def test_vendored_scripts_are_what_their_list_says() -> None:
    listed = dict(
        re.findall(r"^\| `(\S+)` .* `([0-9a-f]{64})` \|$", (STATIC / "vendor" / "VENDOR.md").read_text(), re.MULTILINE)
    )
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (STATIC / "vendor").glob("*.js")}
    assert listed == found
