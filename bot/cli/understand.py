"""`holdback understand`: what a free text means, offline."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.common import family
from bot.cli.errors import fail

app = family("Say what a free text means.")
FIELDS = ("text", "language", "barriers", "intent", "confidence", "ask", "because")


@app.command()
def understand(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="What somebody wrote.")] = None,
    language: Annotated[str | None, typer.Option(metavar="xx", help="The language they are known to speak.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="F.jsonl", help="Lines of {lang, text} instead of one text.")
    ] = None,
) -> None:
    """Say what a free text means: one JSON document a line.

    Example: holdback understand --language en "Shipping is too expensive for me"
    """
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


def _tell(text: str, language: str | None) -> None:
    from flows.understanding import understand as understood

    result = understood(text, language)
    document: dict[str, Any] = {name: getattr(result, name) for name in FIELDS}
    typer.echo(json.dumps(document, ensure_ascii=False))
