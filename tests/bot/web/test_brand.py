"""The shop's logo and colour on every page: served by us, kept for ever under a hash of its content."""

import io

from fastapi import FastAPI
from PIL import Image

from bot.brand import Logo
from bot.web.errors import install_errors
from bot.web.pages import Pages, Shop, install
from tests.bot.web.asking import asking
from tests.bot.web.gallery import NOW


def application(width: int) -> FastAPI:
    made = io.BytesIO()
    Image.new("RGB", (width, 80), "#0b6b60").save(made, "PNG")
    app = FastAPI(openapi_url=None)
    shop = Shop("Nordlys", logo=Logo(made.getvalue(), "png", width, 80), accent="#c8782a")
    install(app, Pages(shop, now=lambda: NOW))
    install_errors(app)
    return app


async def test_the_logo_is_kept_for_ever_under_the_hash_of_its_content() -> None:
    async with asking(application(80)) as client:
        page = (await client.get("/nowhere")).text
        address = page.split('<img class="logo" src="')[1].split('"')[0]
        picture = await client.get(address)
    assert address.startswith("/static/logo.png?v=")
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "<bdi>Nordlys</bdi>" in page


async def test_a_wide_logo_stands_for_the_name() -> None:
    async with asking(application(400)) as client:
        page = (await client.get("/nowhere")).text
    assert 'alt="Nordlys" width="200" height="40"' in page
    assert "<bdi>Nordlys</bdi>" not in page
