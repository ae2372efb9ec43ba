"""Static files, served from memory under `/static/` with a content hash in every address.

The files are few and small, so they are read once at start: a path that was not there then can never be reached later,
which leaves nothing to path traversal. Several files of one cascade travel as one bundle, so that a phone asks once.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

PREFIX = "/static/"
STATIC = Path(__file__).parent / "static"
COMMON = ("tokens.css", "base.css", "components.css")
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "face.css": (*COMMON, "pages/face.css"),
    "plain.css": (*COMMON, "pages/plain.css"),
    "console.css": (*COMMON, "pages/console.css"),
}
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".md": "text/plain"}
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: its bytes, its media type and the hash that names this content."""

    content: bytes
    media_type: str

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits of the content's SHA-256."""
        return hashlib.sha256(self.content).hexdigest()[:12]

    @cached_property
    def gzipped(self) -> bytes | None:
        """The content compressed, or None where that saves nothing."""
        packed = gzip.compress(self.content, 9, mtime=0)
        return packed if len(packed) < len(self.content) * 0.9 else None


def media_type(name: str) -> str:
    """The media type of a file by its name, with the charset for text."""
    suffix = Path(name).suffix
    kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


class Assets:
    """The static files of all rooms, as an ASGI application to mount at `/static`.

    `roots` are folders; a name in a later root wins. `extra` adds generated files (name -> content), such as the theme.
    """

    def __init__(self, roots: Iterable[Path] = (STATIC,), *, extra: Mapping[str, bytes] | None = None) -> None:
        files: dict[str, bytes] = {}
        for root in roots:
            found = sorted(path for path in root.rglob("*") if path.is_file())
            files.update({path.relative_to(root).as_posix(): path.read_bytes() for path in found})
        files.update(extra or {})
        for name, parts in BUNDLES.items():
            if all(part in files for part in parts):
                files[name] = b"\n".join(lean(files[part]) for part in parts)
        self._assets = {name: Asset(content, media_type(name)) for name, content in files.items()}

    def url(self, name: str) -> str:
        """The address of a static file with its content hash. Raises KeyError if there is none."""
        asset = self._assets.get(name)
        if asset is None:
            raise KeyError(f"there is no static file {name!r}; the files are: {', '.join(sorted(self._assets))}")
        return f"{PREFIX}{name}?v={asset.version}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one GET or HEAD for a static file."""
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        root: str = scope.get("root_path", "")
        name = scope["path"].removeprefix(root).removeprefix(PREFIX.rstrip("/")).lstrip("/")
        asset = self._assets.get(name)
        if asset is None:
            return PlainTextResponse("There is no such file.", 404)
        if scope["method"] not in {"GET", "HEAD"}:
            return PlainTextResponse("A file can only be read.", 405, {"allow": "GET, HEAD"})
        asked = Headers(scope=scope)
        headers = {"etag": f'"{asset.version}"', "vary": "accept-encoding", "cache-control": caching(scope, asset)}
        if asked.get("if-none-match", "").removeprefix("W/") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        body = asset.content
        if "gzip" in asked.get("accept-encoding", "") and asset.gzipped is not None:
            body, headers["content-encoding"] = asset.gzipped, "gzip"
        return Response(body, media_type=asset.media_type, headers=headers)


def lean(css: bytes) -> bytes:
    """A style sheet without indentation, empty lines, whole-line comments and spaces that say nothing."""
    lines = (line.strip() for line in css.splitlines())
    kept = [line for line in lines if line and not (line.startswith(b"/*") and line.endswith(b"*/"))]
    # A colon with a space after it stands in declarations and media queries only, never in a selector.
    return b"\n".join(kept).replace(b": ", b":").replace(b" {", b"{").replace(b"{ ", b"{").replace(b"; }", b"}")


def caching(scope: Scope, asset: Asset) -> str:
    """For ever when the address carries this content's hash, else ask again each time."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("v", [""])[0]
    return f"public, max-age={YEAR}, immutable" if asked == asset.version else "no-cache"
