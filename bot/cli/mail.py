"""`holdback mail`: look at every mail before anybody gets one. Nothing here is sent."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.common import AsJson, family, progress, say, settings
from bot.cli.errors import DONE, WRONG, fail

if TYPE_CHECKING:
    from bot.channels.email.letter import MailShop
    from bot.settings import Settings
    from flows.definition.flow import Flow
    from flows.texts import Texts

app = family("Look at every mail before anybody gets one.")

FlowNames = Annotated[
    list[str] | None, typer.Argument(metavar="[FLOW]...", help="Flows by name or folder; those of all campaigns.")
]


FOLDER: Final = Path("mail-preview")


@app.callback()
def _family() -> None:
    """Look at every mail before anybody gets one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One mail as it lies in the folder; `stem` is its path there without what tells HTML, text and pictures apart."""

    flow: str
    language: str
    name: str
    subject: str
    preheader: str
    stem: str


@app.command()
def preview(
    flows: FlowNames = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to; an earlier preview is replaced.")] = FOLDER,
    language: Annotated[str | None, typer.Option(help="Only this language.")] = None,
    png: Annotated[
        bool,
        typer.Option(
            "--png",
            help="Pictures too, by day and night, at 600 and 360 pixels; needs Chromium and holdback[pictures].",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write every mail that a flow can send, in every language, as HTML and text (and pictures), with a page of all.

    Example: holdback mail preview --out mails --language hu --png
    """
    loaded = settings()
    writer = _Writer(loaded, out)
    try:
        shown = list(writer.write(flows or [], language))
        (out / "index.html").write_text(_index(shown, loaded.shop_name, png=png), encoding="utf-8")
    except OSError as error:
        fail(f"{error.filename}: cannot be written: {(error.strerror or '').lower()}; give another --out", WRONG)
    problem = _pictures(out, shown) if png else None
    lines = [f"wrote {len(shown)} mails; open {out / 'index.html'}", *([problem] if problem else [])]
    mails = [asdict(one) for one in shown]
    say({"folder": str(out), "mails": mails, "pictures": png and not problem}, lines, as_json=as_json)
    raise typer.Exit(WRONG if problem else DONE)


@app.command()
def check(as_json: AsJson = False) -> None:
    """Check logo, texts and the shop's own frame of its mails (mail/mail.mjml.j2 in FLOWS_DIR).

    Example: holdback mail check
    """
    from bot.brand import BrandInvalid
    from bot.channels.email.frame_check import OWN
    from bot.channels.email.shop import mail_shop
    from bot.library import Library
    from flows.errors import FlowInvalid

    loaded, problems, good = settings(), list[str](), ""
    try:
        Library(loaded.flows_dir).common_texts()
        shop = mail_shop(loaded)
        which = OWN if shop.frame else "the frame that comes with Holdback"
        good = f"good: {which}, {'a logo' if shop.logo else 'no logo'}"
    except (BrandInvalid, FlowInvalid) as error:
        problems = str(error).splitlines()
    say({"ok": not problems, "problems": problems}, problems or [good], as_json=as_json)
    raise typer.Exit(WRONG if problems else DONE)


@app.command()
def frame() -> None:
    """Print the frame of mails that comes with Holdback, to begin an own one with.

    Example: holdback mail frame > flows/mail/mail.mjml.j2
    """
    from bot.channels.email.frame import shipped_frame

    typer.echo(shipped_frame(), nl=False)


class _Writer:
    """Writes the mails of flows into a folder."""

    def __init__(self, loaded: "Settings", out: Path) -> None:
        from bot.channels.email.shop import mail_shop
        from bot.library import Library

        self._settings, self._out = loaded, out
        self._library = Library(loaded.flows_dir)
        self._texts: Texts = self._library.common_texts()
        self._shop: MailShop = mail_shop(loaded)

    def write(self, names: list[str], only: str | None) -> Iterator[Shown]:
        """Each mail, once it is written."""
        for name in names or sorted({one.flow for one in self._library.campaigns().values()}):
            flow = self._flow(name)
            spoken = [tag for tag in flow.definition.languages if tag in self._settings.language_list]
            if only is not None and only not in spoken:
                fail(f"the flow {flow.name!r} is not sent in {only!r}; give one of {', '.join(spoken)}")
            for language in [only] if only else spoken:
                yield from self._mails(flow, language)

    def _flow(self, name: str) -> "Flow":
        from flows.definition.build import build_flow

        return build_flow(self._library.load_flow(name), version=1)

    def _mails(self, flow: "Flow", language: str) -> Iterator[Shown]:
        from bot.channels.email.letter import write_letter
        from bot.channels.email.page import html_page, standing_alone
        from bot.channels.email.plain import plain_text
        from bot.cli.mail_letters import DRAWING, SAMPLE_PICTURE, Sample, outgoing, samples
        from bot.runtime.confirming import request
        from flows.scene import Shop
        from storage import confirmations

        loaded = self._settings
        speaks = Shop(loaded.shop_name, loaded.shop_url or None, loaded.timezone)
        folder = self._out / flow.name / language
        folder.mkdir(parents=True, exist_ok=True)
        asks = Sample("confirm", request(self._texts, loaded.shop_name, language), confirmations.KIND)
        for sample in (asks, *samples(flow, language, speaks)):
            row = outgoing(sample, loaded.base_url, bot=loaded.telegram_token is not None)
            letter = write_letter(row, self._shop, self._texts)
            page = standing_alone(html_page(letter, self._shop), self._shop.logo).replace(SAMPLE_PICTURE, DRAWING)
            (folder / f"{sample.name}.html").write_text(page, encoding="utf-8")
            (folder / f"{sample.name}.txt").write_text(plain_text(letter, self._shop), encoding="utf-8")
            stem = f"{flow.name}/{language}/{sample.name}"
            yield Shown(flow.name, language, sample.name, letter.subject, letter.preheader, stem)


def _index(shown: list[Shown], shop: str, *, png: bool) -> str:
    from jinja2 import Environment, StrictUndefined

    from flows.words import LANGUAGE_NAMES, RIGHT_TO_LEFT

    source = (files("bot.cli") / "templates/mail_index.html.j2").read_text(encoding="utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(source)
    groups: dict[tuple[str, str], list[Shown]] = {}
    for one in shown:
        groups.setdefault((one.flow, one.language), []).append(one)
    return template.render(groups=groups, shop=shop, png=png, names=LANGUAGE_NAMES, right_to_left=RIGHT_TO_LEFT)


def _pictures(out: Path, shown: list[Shown]) -> str | None:
    """Take the pictures; returns why there are none, if there are none."""
    from bot.cli.mail_pictures import NoPicture, photographer

    try:
        with progress("taking pictures") as tell, photographer() as camera:
            for count, one in enumerate(shown, start=1):
                camera.take(out / f"{one.stem}.html")
                if tell is not None:
                    tell(count, len(shown))
    except NoPicture as problem:
        return str(problem)
    return None
