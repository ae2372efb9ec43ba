"""A prospect's choices: where and when we may write, in which language, a copy of everything, and deleting it."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from babel.dates import format_date
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.channels.web import posted
from bot.channels.web.gate import Gate
from bot.channels.web.house import House
from bot.channels.web.known import Line, lines
from bot.channels.web.talk import SOURCE, lane, start_link
from bot.channels.web.words import Words, languages, words
from bot.runtime import envelopes
from bot.web.filters import locale_of, zone_of
from bot.web.pages import render
from storage import audit, consents, links, prospects
from storage.database import Tx
from storage.ids import new_uid
from storage.inbox import RawInput
from storage.reads import known_facts, record

PAUSES: Final = {"week": 7, "month": 30, "quarter": 90}
"""How long a pause may be that somebody asks for, in days."""


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """A channel we have an address for: whether we may write there, and whether that arrives (`open`)."""

    channel: str
    may: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody chose so far: where we may write, and until when they have asked us not to write first.

    `known` is what we know about them besides, for their own eyes; `telegram` leads to the bot, where they have not
    spoken to it yet.
    """

    link_id: int
    prospect_id: int
    uid: str
    words: Words
    reach: tuple[ChannelChoice, ...]
    paused_until: datetime | None
    telegram: str | None
    zone: tzinfo
    known: tuple[Line, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether we may write nowhere."""
        return bool(self.reach) and not any(one.may for one in self.reach)

    @property
    def pause(self) -> str | None:
        """What is said about the pause they have asked for, or None."""
        if self.paused_until is None:
            return None
        day = format_date(self.paused_until.astimezone(self.zone), "long", locale=locale_of(self.words.language))
        return self.words("prefs-paused", date=day)


class Preferences:
    """The pages below /u/."""

    def __init__(self, house: House) -> None:
        """Nobody has come by yet."""
        self._house, self._gate = house, Gate(house)

    async def show(self, request: Request, token: str) -> Response:
        """The choices as they are."""
        return await self._shown(request, token, "survey/preferences.html")

    async def ask_to_delete(self, request: Request, token: str) -> Response:
        """Deleting cannot be undone, so it is asked once more."""
        return await self._shown(request, token, "survey/delete.html")

    async def post(self, request: Request, token: str) -> Response:
        """A choice. A one-click unsubscribe (RFC 8058) is answered without a page, cookie or redirect."""
        token = posted.clean_token(token)
        self._gate.check(request, token)
        form = await posted.read_form(request)
        one_click = posted.field(form, "List-Unsubscribe") == "One-Click"
        if not one_click:
            posted.check_meant(request)
        choices = await self._look(token)
        if choices is None:
            return self._gate.wrong_link(request)
        if one_click:
            await self._put(choices, form, "stop")
            return PlainTextResponse(choices.words("prefs-stopped"))
        return await self._choose(request, token, choices, form)

    async def _choose(self, request: Request, token: str, choices: Choices, form: FormData) -> Response:
        match posted.field(form, "do"):
            case "stop":
                return await self._write_only(token, choices, form, ())
            case "channels":
                return await self._write_only(token, choices, form, form.getlist("channel"))
            case "export":
                return await self._copy_of_everything(choices)
            case "forget":
                await self._put(choices, form, "forget")
                return self._page(request, token, choices, "survey/erased.html")
            case name:
                argument = self._argument(name, form)
                if argument is not None:
                    await self._put(choices, form, name, argument)
        return RedirectResponse(f"/u/{token}", 303)

    def _argument(self, name: str, form: FormData) -> str | None:
        """What a choice is about, which may be nothing; None for what is no choice."""
        match name:
            case "language":
                language = posted.field(form, "language")
                return language if language in self._house.context.languages else None
            case "pause":
                days = PAUSES.get(posted.field(form, "length"))
                return str(days) if days is not None else None
            case "resume":
                return ""
            case _:
                return None

    async def _write_only(self, token: str, choices: Choices, form: FormData, channels: Collection[object]) -> Response:
        """Where we may write from now on; nowhere is a stop."""
        wanted = [one.channel for one in choices.reach if one.open and one.channel in channels]
        if not wanted:
            await self._put(choices, form, "stop")
            return RedirectResponse(f"/u/{token}?done=stop", 303)
        await self._put(choices, form, "channels", ",".join(wanted))
        return RedirectResponse(f"/u/{token}?done=saved", 303)

    async def _copy_of_everything(self, choices: Choices) -> Response:
        """All we know, as a file. That it was given out is noted."""

        async def read(tx: Tx) -> dict[str, list[dict[str, object]]]:
            await audit.note(tx, "prospect", "export", choices.uid, self._house.clock.now())
            return await record.everything(tx, choices.prospect_id)

        found = await self._house.database.transact(read)
        body = json.dumps(found, ensure_ascii=False, indent=2, default=str)
        headers = {"content-disposition": 'attachment; filename="my-data.json"'}
        return Response(body, media_type="application/json", headers=headers)

    async def _put(self, choices: Choices, form: FormData, name: str, argument: str | None = None) -> None:
        payload = envelopes.page_command(choices.link_id, name, argument)
        key = f"{choices.link_id}:{posted.form_id(form)}"
        rows = await self._house.intake.put_many([RawInput(SOURCE, key, lane(choices.link_id), payload)])
        await self._house.intake.settled(rows[0])

    async def _look(self, token: str) -> Choices | None:
        """The choices behind this token, or None: unknown, of another purpose, expired, or the prospect was erased."""
        now = self._house.clock.now()
        async with self._house.database.read() as tx:
            link = await links.find(tx, token, "preferences", now)
            prospect = await prospects.get(tx, link.prospect_id) if link is not None else None
            if link is None or prospect is None:
                return None
            agreed = await consents.current(tx, [prospect.id])
            addresses = await prospects.addresses(tx, [prospect.id])
            facts = await known_facts.of_row(tx, prospect)
            telegram = await start_link(tx, self._house, prospect.id, now)
        reach = tuple(
            ChannelChoice(channel, is_open and agreed.get((prospect.id, channel), (False,))[0], is_open)
            for channel in ("email", "telegram")
            for _, is_open in ([addresses[prospect.id, channel]] if (prospect.id, channel) in addresses else [])
        )
        context = self._house.context
        said = words(self._house, context.language(prospect.language))
        paused = prospect.paused_until if prospect.paused_until is not None and prospect.paused_until > now else None
        return Choices(
            link_id=link.id,
            prospect_id=prospect.id,
            uid=prospect.uid,
            words=said,
            reach=reach,
            paused_until=paused,
            telegram=telegram if (prospect.id, "telegram") not in addresses else None,
            zone=zone_of(prospect.timezone or self._house.settings.timezone),
            known=lines(facts, prospect.attributes, context.attributes, said, context.catalogue.currency),
        )

    async def _shown(self, request: Request, token: str, template: str) -> Response:
        token = posted.clean_token(token)
        self._gate.check(request, token)
        choices = await self._look(token)
        if choices is None:
            return self._gate.wrong_link(request)
        return self._page(request, token, choices, template)

    def _page(self, request: Request, token: str, choices: Choices, template: str) -> Response:
        return render(
            request,
            template,
            language=choices.words.language,
            w=choices.words,
            choices=choices,
            address=f"/u/{token}",
            form_id=new_uid(),
            languages=languages(self._house),
            stopped=choices.stopped or request.query_params.get("done") == "stop",
            saved=request.query_params.get("done") == "saved",
            pauses=[(name, choices.words(f"prefs-pause-{name}")) for name in PAUSES],
        )
