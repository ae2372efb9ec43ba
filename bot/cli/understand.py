"""`holdback understand`: what a free text means, offline; and what people corrected, as new training rows."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import family, with_database
from bot.cli.errors import fail

if TYPE_CHECKING:
    from storage.database import Database

app = family("Say what a free text means.")
FIELDS = ("text", "language", "barriers", "intent", "confidence", "ask", "because")


@app.command()
def understand(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="What somebody wrote.")] = None,
    language: Annotated[str | None, typer.Option(metavar="xx", help="The language they are known to speak.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="F.jsonl", help="Lines of {lang, text} instead of one text.")
    ] = None,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Collect what people corrected as training rows, into --out.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where the training rows of --corrections go.")
    ] = None,
) -> None:
    """Say what a free text means: one JSON document a line.

    Example: holdback understand --language en "Shipping is too expensive for me"
    """
    if corrections or out:
        if not corrections or out is None or text is not None or file is not None:
            fail("collect training rows with --corrections --out FILE, without a text or --file")
        _collect(out, language)
        return
    if (text is None) == (file is None):
        fail("give either a text or --file, and not both")
    if file is None:
        _tell(text or "", language)
        return
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    _tell(*_read(line, f"{file}: line {number}", language))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        fail(f"{file}: cannot be read: {reason.lower()}; check the path and save it as UTF-8")


def _read(line: str, where: str, language: str | None) -> tuple[str, str | None]:
    try:
        document = json.loads(line)
        text, spoken = document["text"], document.get("lang", language)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fail(f'{where}: this is not {{"lang": ..., "text": ...}}; write one JSON object a line', 1)
    if not isinstance(text, str) or not isinstance(spoken, str | None):
        fail(f"{where}: lang and text must be texts; put them in quotes", 1)
    return text, spoken


def _collect(out: Path, language: str | None) -> None:
    from bot.cli.common import now
    from bot.cli.files import open_private
    from bot.data.corrections import correction_lines
    from bot.runtime.flowshelf import FlowShelf
    from storage import audit

    async def write(database: "Database") -> int:
        lines = 0
        with open_private(out) as file:
            async for line in correction_lines(database, FlowShelf().get, language):
                file.write(line)
                lines += 1
        at = now()
        await database.transact(lambda tx: audit.note(tx, "command line", "export", "corrections", at))
        return lines

    count = with_database(write)
    typer.echo(f"wrote {out}: {count} corrected answers; read them before they leave the house", err=True)


def _tell(text: str, language: str | None) -> None:
    from flows.understanding import understand as understood
    from flows.understanding import use_embedding

    use_embedding()
    result = understood(text, language)
    document: dict[str, Any] = {name: getattr(result, name) for name in FIELDS}
    typer.echo(json.dumps(document, ensure_ascii=False))
