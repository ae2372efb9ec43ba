"""The house of a rehearsal: a fresh SQLite file, the flow as it stands in its folder, and the shop's own settings."""

import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from bot.house import House, open_house, translators
from bot.library import Library, build_flow, shipped_root
from bot.runtime.campaigns import Campaigns
from bot.runtime.clock import VirtualClock
from bot.runtime.erasing import Eraser
from bot.runtime.turns import Turner
from bot.settings import Settings
from flows.definition.campaign import CampaignDefinition
from flows.definition.flow import Flow
from flows.definition.sources import SubflowSource
from flows.errors import FlowError
from flows.offers.catalogue import Catalogue
from storage import campaigns
from storage.codes import NewCode
from storage.codes import add as add_codes

TMPFS: Final = Path("/dev/shm")  # noqa: S108 - memory where there is some: a rehearsal needs no disk
ROOM_EACH: Final = 100_000
"""Bytes that the file of a rehearsal needs for each person, with room to spare."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is rehearsed: a flows folder that holds the flow, its name, its campaign's name, and the shop's settings."""

    flows_dir: Path | None
    flow: str
    campaign: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class Stage:
    """A house that is open, with its clock, the flow it plays and its campaign."""

    house: House
    clock: VirtualClock
    flow: Flow
    campaign: CampaignDefinition


@contextmanager
def folder_for(people: int) -> Iterator[Path]:
    """A folder for so many people, gone at the end: in memory where there is enough of it."""
    roomy = TMPFS.is_dir() and shutil.disk_usage(TMPFS).free > 2 * people * ROOM_EACH + 100_000_000
    with tempfile.TemporaryDirectory(prefix="holdback-simulate-", dir=TMPFS if roomy else None) as name:
        yield Path(name)


def prepare(name_or_path: str, settings: Settings, folder: Path) -> Setting:
    """Find the flow and its campaign; a flow given by its path, or without a campaign, is laid out in `folder`.

    Raises FlowError when there is no such flow, FlowInvalid with every problem in it.
    """
    library = Library(settings.flows_dir)
    sources = library.load_flow(name_or_path)
    name = library.name_of(sources)
    known = next((one for one in library.campaigns().values() if one.flow == name), None)
    if name_or_path in library.flow_names() and known is not None:
        return Setting(settings.flows_dir, name, known.campaign, settings)
    given = library.folder(name_or_path) if name_or_path in library.flow_names() else Path(name_or_path)
    given = given.parent if given.name == "flow.yaml" else given
    root = folder / "flows"
    _lay_out(given, root, name, settings.flows_dir)
    for called in sources.subflows:
        _lay_out_called(called, root / called.name)
    return Setting(root, name, name, settings)


def _lay_out(given: Path, root: Path, name: str, flows_dir: Path | None) -> None:
    """Copy the flow with what stands beside it; its campaign goes by the flow's name, as no other here does."""
    beside = given.resolve().parent
    has_shared = any((beside / one).is_dir() for one in ("offers", "common"))
    shared = beside if has_shared else flows_dir
    root.mkdir(parents=True)
    for one in ("offers", "common"):
        if shared is not None and (shared / one).is_dir():
            shutil.copytree(shared / one, root / one)
    for one in ("attributes.yaml", "scoring.yaml", "faq.yaml"):
        if shared is not None and (shared / one).is_file():
            shutil.copy(shared / one, root / one)
    shutil.copytree(given, root / name)
    file = root / name / "campaign.yaml"
    source = file if file.exists() else shipped_root() / "barriers" / "campaign.yaml"
    text = re.sub(r"(?m)^campaign:.*$", f"campaign: {name}", source.read_text("utf-8"))
    file.write_text(re.sub(r"(?m)^flow:.*$", f"flow: {name}", text), "utf-8")


def _lay_out_called(called: SubflowSource, folder: Path) -> None:
    """A flow that this one calls, beside it."""
    if folder.exists():
        return
    (folder / "texts").mkdir(parents=True)
    (folder / "flow.yaml").write_text(called.definition, "utf-8")
    for language, (_, content) in called.texts.items():
        (folder / "texts" / f"{language}.ftl").write_text(content, "utf-8")


def played(name_or_path: str, settings: Settings, folder: Path) -> tuple[Flow, CampaignDefinition]:
    """The flow and the campaign that a rehearsal plays, to name things in its report. Raises as `prepare` does."""
    setting = prepare(name_or_path, settings, folder)
    library = Library(setting.flows_dir)
    return build_flow(library.load_flow(setting.flow), 1), library.campaigns()[setting.campaign]


@asynccontextmanager
async def open_stage(setting: Setting, folder: Path, start: datetime, part: tuple[int, int]) -> AsyncIterator[Stage]:
    """Open the house at this moment, publish, fill the code pools, and let only this campaign run.

    `part` (number, of how many): this world is one of several that share the offers' limits evenly.
    """
    clock = VirtualClock(start)
    async with open_house(_settings(setting, folder), server=True, clock=clock) as house:
        house.bot_name = "rehearsal_bot"
        _share(house, clock, part)
        campaign = house.library.campaigns().get(setting.campaign)
        if campaign is None:
            raise FlowError(f"there is no campaign {setting.campaign!r}; write a campaign.yaml beside the flow.yaml")
        now = clock.now()
        for name in house.library.campaigns():
            state = "running" if name == campaign.campaign else "stopped"
            await house.database.transact(lambda tx, a=name, b=state: campaigns.set_state(tx, a, b, now))  # type: ignore[misc]
        codes = [NewCode(one.id, f"{one.id.upper()}-{number:05d}", None) for one in house.catalogue.offers
                 if one.code == "pool" for number in range(part[0], one.limits.total, part[1])]  # fmt: skip
        await house.database.transact(lambda tx: add_codes(tx, codes, now))
        async with house.database.read() as tx:
            flow = await house.context.flows.newest(tx, campaign.flow)
        yield Stage(house, clock, flow, campaign)


def _settings(setting: Setting, folder: Path) -> Settings:
    """The shop's own, but with a file of our own, a bot, and nothing that leads outside."""
    inside = {
        "home_dir": folder,
        "database_url": SecretStr(f"sqlite:///{folder / 'rehearsal.sqlite3'}"),
        "secret_key": SecretStr("a rehearsal keeps no secret, and tells none"),
        "public_url": "http://rehearsal.invalid",
        "telegram_token": SecretStr("1:rehearsal"),
        "telegram_mode": "polling",
        "smtp_url": None,
        "imap_url": None,
        "flows_dir": setting.flows_dir,
    }
    return setting.settings.model_copy(update=inside)


def _share(house: House, clock: VirtualClock, part: tuple[int, int]) -> None:
    """Let this world have its part of every limit."""
    context = replace(house.context, catalogue=shared(house.context.catalogue, part))
    house.context = context
    eraser = Eraser(house.database, clock, context.secret)
    house.turner = Turner(house.database, clock, house.bells, context, translators(), eraser, house.presence)
    house.campaigns = Campaigns(house.database, clock, house.bells, context)


def shared(catalogue: Catalogue, part: tuple[int, int]) -> Catalogue:
    """The catalogue with one part of its limits; all parts together are no more than the whole."""
    number, parts = part
    if parts == 1:
        return catalogue
    offers = []
    for offer in catalogue.offers:
        total = len(range(number, offer.limits.total, parts))
        budget = (offer.limits.budget / parts).quantize(Decimal("0.01"), "ROUND_DOWN") if offer.limits.budget else None
        limits = offer.limits.model_copy(update={"total": total, "budget": budget})
        offers.append(offer.model_copy(update={"limits": limits}))
    return catalogue.model_copy(update={"offers": tuple(offers)})
