"""Errors are kind: a title, one sentence, what to do, in the reader's language, and never a trace."""

import sqlite3
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI, HTTPException, Request
from httpx import AsyncClient
from sqlalchemy.exc import IntegrityError
from starlette.responses import JSONResponse, Response

from bot.web.errors import KNOWN, error_page, install_errors
from bot.web.pages import Pages, Shop, install
from tests.bot.web.asking import asking
from tests.bot.web.gallery import NOW

SECRET = "the database password is hunter2"


def application() -> FastAPI:
    app = FastAPI(openapi_url=None)
    install(app, Pages(Shop("Nordlys"), now=lambda: NOW))

    @app.exception_handler(HTTPException)
    async def problem(request: Request, error: HTTPException) -> Response:
        return JSONResponse({"status": error.status_code}, error.status_code, media_type="application/problem+json")

    install_errors(app)

    @app.get("/raise/{status}")
    @app.get("/api/v1/raise/{status}")
    async def refuse(status: int) -> Response:
        raise HTTPException(status, SECRET, {"retry-after": "7"})

    @app.get("/break")
    @app.get("/api/v1/break")
    async def breaks() -> Response:
        raise RuntimeError(SECRET)

    @app.get("/away")
    @app.get("/hooks/away")
    async def away() -> Response:
        raise ConnectionRefusedError(SECRET)

    @app.get("/wrong")
    async def wrong() -> Response:
        raise IntegrityError("INSERT", None, sqlite3.IntegrityError(SECRET))

    @app.get("/used")
    async def used(request: Request) -> Response:
        request.state.language = "fr"
        return error_page(request, 410, what="Déjà répondu <ici>.")

    return app


@pytest_asyncio.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with asking(application()) as one:
        yield one


@pytest.mark.parametrize("status", sorted(KNOWN))
async def test_every_known_error_says_what_happened_and_what_to_do(client: AsyncClient, status: int) -> None:
    answer = await client.get(f"/raise/{status}")
    assert answer.status_code == status
    assert answer.headers["retry-after"] == "7"
    assert f'<p class="error-number">{status}</p>' in answer.text
    assert answer.text.count("<h1>") == 1 and "Nordlys" in answer.text
    assert SECRET not in answer.text


async def test_an_unusual_status_is_answered_like_its_family(client: AsyncClient) -> None:
    teapot = await client.get("/raise/418")
    assert teapot.status_code == 418 and "That could not be read" in teapot.text
    upstream = await client.get("/raise/502")
    assert upstream.status_code == 502 and "our fault" in upstream.text


async def test_what_breaks_tells_no_secret(client: AsyncClient) -> None:
    answer = await client.get("/break")
    assert answer.status_code == 500 and "our fault" in answer.text
    assert SECRET not in answer.text and "Traceback" not in answer.text


async def test_a_wrong_address_and_a_wrong_method_are_told_apart(client: AsyncClient) -> None:
    assert "Nothing is here" in (await client.get("/nowhere")).text
    answer = await client.post("/break")
    assert answer.status_code == 405 and answer.headers["allow"] == "GET"


async def test_a_bad_parameter_is_the_readers_to_mend(client: AsyncClient) -> None:
    answer = await client.get("/raise/soon")
    assert answer.status_code == 422 and "Something is missing" in answer.text


@pytest.mark.parametrize(
    ("accepted", "tag"), [("ar,en;q=0.5", "ar"), ("xx, ja-JP;q=0.8", "ja"), ("xx", "en"), ("", "en")]
)
async def test_an_error_speaks_the_browsers_language(client: AsyncClient, accepted: str, tag: str) -> None:
    answer = await client.get("/nowhere", headers={"accept-language": accepted})
    assert f'<html lang="{tag}" dir="{"rtl" if tag == "ar" else "ltr"}">' in answer.text


async def test_a_route_gives_its_own_words_and_language(client: AsyncClient) -> None:
    answer = await client.get("/used")
    assert answer.status_code == 410
    assert '<html lang="fr"' in answer.text and "Déjà répondu &lt;ici&gt;." in answer.text


async def test_programs_are_answered_by_their_own_handler(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/raise/409")
    assert (answer.status_code, answer.json()) == (409, {"status": 409})


async def test_programs_get_no_page_when_something_breaks(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/break")
    assert answer.status_code == 500 and SECRET not in answer.text and "<html" not in answer.text


@pytest.mark.parametrize("path", ["/away", "/hooks/away"])
async def test_while_the_database_is_away_everybody_is_asked_to_come_again(client: AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"accept-language": "hu"})
    assert answer.status_code == 503 and answer.headers["retry-after"] == "5"
    assert ("Mindjárt visszajövünk" in answer.text) == (path == "/away")


async def test_what_is_wrong_with_a_statement_of_ours_is_our_fault_and_no_bad_moment(client: AsyncClient) -> None:
    answer = await client.get("/wrong")
    assert answer.status_code == 500 and "our fault" in answer.text and "retry-after" not in answer.headers
