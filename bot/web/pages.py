"""From a template to an HTML response: one environment, one look and one set of words for all rooms with pages.

A room is a folder with `templates/`, `texts/` and `static/` (each optional). The composition root builds one `Pages`,
calls `install(app, pages)`, and every route answers with `render(request, "name.html", ...)`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import CodeType
from typing import ClassVar

from jinja2 import BytecodeCache, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.brand import Logo
from bot.web.assets import Assets
from bot.web.filters import FILTERS
from bot.web.texts import FALLBACK, Texts, direction
from bot.web.theme import theme_css
from flows.words import BARRIERS

HERE = Path(__file__).parent


class _Compiled(BytecodeCache):
    """Templates are compiled once in a process, whoever renders them."""

    codes: ClassVar[dict[str, tuple[str, CodeType]]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code compiled before, if the template has not changed since."""
        known = self.codes.get(bucket.key)
        if known is not None and known[0] == bucket.checksum:
            bucket.code = known[1]

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self.codes[bucket.key] = (bucket.checksum, bucket.code)


ContextProcessor = Callable[[Request], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Shop:
    """What a page shows of the shop: `accent` is `#rrggbb` or None, `logo` what is shown as its picture or None."""

    name: str
    url: str | None = None
    logo: Logo | None = None
    accent: str | None = None


class Pages:
    """Templates, words and static files of all rooms.

    `now` gives the present moment with its zone; `zone` is the IANA zone of readers who have not said theirs.
    """

    def __init__(
        self, shop: Shop, *, now: Callable[[], datetime], rooms: Sequence[Path] = (), zone: str = "UTC"
    ) -> None:
        self.shop, self.zone, self._now = shop, zone, now
        folders = (HERE, *rooms)
        static = [folder / "static" for folder in folders]
        theme = theme_css(shop.accent).encode()
        made = {"theme.css": theme} if theme else {}
        if shop.logo is not None:
            made[shop.logo.file_name] = shop.logo.data
        self.assets = Assets([root for root in static if root.is_dir()], extra=made)
        self.texts = Texts([folder / "texts" for folder in folders])
        self.environment = self._environment(folders)
        self._processors: list[ContextProcessor] = []

    def _environment(self, folders: Sequence[Path]) -> Environment:
        environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder / "templates") for folder in folders]),
            autoescape=True,
            bytecode_cache=_Compiled(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.filters.update(FILTERS)
        environment.globals.update(t=self._t(), asset=self.assets.url, direction=direction, barriers=BARRIERS)
        return environment

    def _t(self) -> Callable[..., str]:
        texts = self.texts

        @pass_context
        def t(context: Context, text_id: str, /, **arguments: object) -> str:
            return texts.say(context["language"], text_id, arguments)

        return t

    def add_context(self, processor: ContextProcessor) -> None:
        """Give every page what `processor(request)` returns, such as the signed-in person and the CSRF token."""
        self._processors.append(processor)

    def html(self, request: Request, template: str, context: Mapping[str, object]) -> str:
        """The page as text. Raises jinja2.UndefinedError or KeyError when the template names what is not there."""
        language = str(context.get("language") or getattr(request.state, "language", FALLBACK))
        values: dict[str, object] = {
            "request": request,
            "path": request.url.path,
            "shop": self.shop,
            "themed": self.shop.accent is not None,
            "now": self._now(),
            "zone": self.zone,
        }
        for processor in self._processors:
            values.update(processor(request))
        values.update(context)
        values.update(language=language, dir=direction(language))
        return self.environment.get_template(template).render(values)

    def render(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: object,
    ) -> HTMLResponse:
        """The page as a response. `context` may set `language` and `zone`; by default they come from the request."""
        return HTMLResponse(self.html(request, template, context), status, headers)


def install(app: Starlette, pages: Pages) -> None:
    """Give `app` its pages: `render` finds them from any request, `/static` serves their files."""
    app.state.pages = pages
    app.mount("/static", pages.assets, name="static")


def pages_of(request: Request) -> Pages:
    """The pages of the application that received this request."""
    pages: Pages = request.app.state.pages
    return pages


def render(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: object
) -> HTMLResponse:
    """Answer `request` with `template`; see `Pages.render`."""
    return pages_of(request).render(request, template, status=status, headers=headers, **context)
