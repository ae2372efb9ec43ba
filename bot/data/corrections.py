"""Corrected answers as training rows: `{lang, text, labels, intent}`, without what tells who wrote them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from flows.definition.flow import Flow
from flows.errors import FlowError
from flows.understanding.hiding import hide
from flows.understanding.normalise import normalise
from storage.database import Database, Tx
from storage.reads.corrected import Corrected, corrected, put_right

PAGE = 500
Published = Callable[[Tx, str, int], Awaitable[Flow]]
"""Gives a published version of a flow, by its name; raises FlowError when there is none."""


async def correction_lines(database: Database, published: Published, language: str | None = None) -> AsyncIterator[str]:
    """Lines of JSON, each once; a label that was tapped is no wording of anybody's, and is left out."""
    seen: set[tuple[str, str]] = set()
    async for answer in _answers(database, published, language):
        text = hide(answer.text, answer.known)
        key = (answer.language, normalise(text))
        if key[1] and key not in seen:
            seen.add(key)
            yield _line(answer, text)


async def _answers(database: Database, published: Published, language: str | None) -> AsyncIterator[Corrected]:
    """What was typed and corrected since: first by staff, then by the prospects themselves."""
    for pages in (_put_right(database, language), _corrected(database, language)):
        async for page in pages:
            async with database.read() as tx:
                typed = [answer for answer in page if answer.barriers and not await _tapped(tx, published, answer)]
            for answer in typed:
                yield answer


async def _put_right(database: Database, language: str | None) -> AsyncIterator[Sequence[Corrected]]:
    last: int | None = 0
    while last is not None:
        async with database.read() as tx:
            page, last = await put_right(tx, after=last, language=language, limit=PAGE)
        yield page


async def _corrected(database: Database, language: str | None) -> AsyncIterator[Sequence[Corrected]]:
    last, page = 0, PAGE
    while page == PAGE:
        async with database.read() as tx:
            found = await corrected(tx, after=last, language=language, limit=PAGE)
        last, page = found[-1].id if found else last, len(found)
        yield found


async def _tapped(tx: Tx, published: Published, answer: Corrected) -> bool:
    """Whether the words are a button's; of a flow that cannot be read any more, nothing is certain to be typed."""
    if answer.value is None:
        return False
    try:
        texts = (await published(tx, answer.flow, answer.version)).texts
    except FlowError:
        return True
    labels = {texts.constant(answer.language, answer.step, option) for option in answer.value.split()}
    return " " in answer.value or answer.text in labels


def _line(answer: Corrected, text: str) -> str:
    row = {"lang": answer.language, "text": text, "labels": list(answer.barriers), "intent": "answer"}
    return json.dumps(row, ensure_ascii=False) + "\n"
