"""`holdback init`: a folder to begin with. Files that are there already are left as they are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.cli.common import AsJson, family, say
from bot.cli.errors import fail

app = family("Write a commented holdback.toml, an example flow and example files.")

PROSPECTS: Final = """\
external_id,email,first_name,language,timezone,consent_email,consent_text,consent_at,product_id,product_name,price,currency
C-1001,anna@example.com,Anna,hu,Europe/Budapest,yes,You may ask me about my visit,2026-11-01,L-7,Desk lamp,39.90,EUR
C-1002,luc@example.com,Luc,fr,Europe/Paris,no,,,L-9,Floor lamp,129.00,EUR
"""
PURCHASES: Final = """\
order_id,external_id,email,bought_at,amount,currency,product_id,code
O-5001,C-1002,luc@example.com,2026-11-02T10:15:00+01:00,129.00,EUR,L-9,
"""
CODES: Final = """\
offer,code,expires_at
discount_10,AUTUMN-7QK2-9XRD,2099-12-31
free_shipping,SHIP-M4TE-2WPA,2099-12-31
"""


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; it is made if it is not there.")],
    as_json: AsJson = False,
) -> None:
    """Write a commented holdback.toml, an example flow and example files.

    Example: holdback init my-shop
    """
    written, kept = [], []
    try:
        for name, text in _files():
            path = folder / name
            if path.exists():
                kept.append(name)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(name)
    except OSError as error:
        fail(
            f"{error.filename}: cannot be written: {(error.strerror or 'unknown reason').lower()}; give another DIR", 1
        )
    lines = [f"wrote {folder / name}" for name in written] + [f"kept {folder / name}" for name in kept]
    lines.append(f"now run: cd {folder} && holdback doctor")
    say({"folder": str(folder), "written": written, "kept": kept}, lines, as_json=as_json)


def _files() -> Iterator[tuple[str, str]]:
    from bot.library import shipped_root

    yield "holdback.toml", settings_file()
    yield "prospects.csv", PROSPECTS
    yield "purchases.csv", PURCHASES
    yield "codes.csv", CODES
    shipped = shipped_root()
    schemas = sorted((shipped / "schema").glob("*.json"))
    for path in schemas:
        yield f"flows/schema/{path.name}", path.read_text(encoding="utf-8")
    for path in sorted((shipped / "barriers").rglob("*")):
        if path.is_file() and path.suffix in (".yaml", ".ftl"):
            text = path.read_text(encoding="utf-8")
            if path.name == "campaign.yaml":
                text = text.replace("campaign: barriers", "campaign: example").replace(
                    "flow: barriers", "flow: example"
                )
            if path.name == "flow.yaml":
                text = text.replace("flow: barriers", "flow: example", 1)
            if path.stem in {one.stem for one in schemas} and path.suffix == ".yaml":
                # Read by editors that know YAML (yaml-language-server); to everything else it is a comment.
                text = f"# yaml-language-server: $schema=../schema/{path.stem}.json\n{text}"
            yield f"flows/example/{path.relative_to(shipped / 'barriers').as_posix()}", text


def settings_file() -> str:
    """A holdback.toml with every setting, its meaning and its default; only the flows folder is set."""
    from bot.settings import Settings

    lines = [
        "# Settings of Holdback. The environment (HOLDBACK_...) counts more than this file.",
        "# Secrets (tokens, passwords) are better kept in the environment.",
        "",
    ]
    for name, field in Settings.model_fields.items():
        lines += [f"# {field.description}", *_setting(name, field.default), ""]
    return "\n".join(lines)


def _setting(name: str, default: Any) -> list[str]:
    if name == "flows_dir":
        return ['flows_dir = "flows"']
    if default is None:
        return [f'# {name} = ""']
    value = str(default).lower() if isinstance(default, int | float) else f'"{default}"'
    return [f"# {name} = {value}"]
