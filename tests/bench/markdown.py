"""The figures of a benchmark as the tables of docs/speed.md, written between two marks of that page."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import fill
from typing import Any, Final

from tests.bench.results import CALM

BEGIN: Final = "<!-- figures: written by python -m tests.bench --markdown -->"
END: Final = "<!-- end of the figures -->"

Entry = Mapping[str, Any]


def into(page: Path, document: Entry) -> None:
    """Put the tables into a page, in place of what stands between its marks. Raises ValueError without marks."""
    text = page.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no place for figures: write the lines {BEGIN} and {END} into it")
    page.write_text(f"{head}{BEGIN}\n\n{tables(document)}\n\n{END}{tail}", encoding="utf-8")


def tables(document: Entry) -> str:
    """The machine, the goals, and how each part was measured."""
    parts: Mapping[str, Entry] = document["parts"]
    goals = ["| | reached | goal | | ours | peer or floor |", "|---|--:|--:|---|--:|--:|"]
    goals += [row for entry in parts.values() for row in _goals(entry)]
    runs = ["| part | when | rounds | seconds | others' share of the machine |", "|---|---|--:|--:|--:|"]
    runs += [_run(name, entry) for name, entry in parts.items()]
    return "\n".join([_machine(document), "", *goals, "", *runs, "", *_told(parts)]).rstrip()


def _machine(document: Entry) -> str:
    facts, parts = document["machine"], document["parts"].values()
    known = [f"{facts['cores']} cores ({facts['processor']}), {facts['system']}"]
    known += [f"{name} {facts[name]}" for name in facts if name not in ("cores", "processor", "system")]
    known += sorted({f"PostgreSQL {entry['told']['PostgreSQL']}" for entry in parts if "PostgreSQL" in entry["told"]})
    disks = [entry["figures"]["fdatasync"] for entry in parts if "fdatasync" in entry["figures"]]
    known += [f"writing 4 KiB to the disk and waiting for it {_spread(one)} us" for one in disks]
    return ",\n".join(known) + "."


def _goals(entry: Entry) -> Iterator[str]:
    figures, mark = entry["figures"], " \\*" if entry["busy"] > CALM else ""
    for goal in entry["goals"]:
        alone = goal["against"] is None
        wanted = "" if goal["goal"] is None else f"{'<=' if goal['at_most'] else '>='} {goal['goal']:g}"
        verdict = "" if goal["goal"] is None else "held" if goal["held"] else "**short**"
        unit = figures[goal["figure"]]["unit"]
        both = ["", ""] if alone else [f"{_spread(figures[goal[one]])} {unit}" for one in ("figure", "against")]
        yield f"| {goal['name']}{mark} | {_spread(goal)} | {wanted} | {verdict} | {both[0]} | {both[1]} |"


def _run(name: str, entry: Entry) -> str:
    mark = " \\*" if entry["busy"] > CALM else ""
    return f"| {name}{mark} | {entry['at']} | {entry['rounds']} | {entry['seconds']} | {100 * entry['busy']:.0f} % |"


def _told(parts: Mapping[str, Entry]) -> Iterator[str]:
    for name, entry in parts.items():
        for what, words in entry["told"].items():
            if what != "PostgreSQL":
                yield fill(f"- {name}, {what}: {words}", 120, subsequent_indent="  ")


def _spread(one: Entry) -> str:
    if len(one["each"]) == 1:
        return number(one["median"])
    return f"{number(one['median'])} ({number(one['lowest'])} to {number(one['highest'])})"


def number(value: float) -> str:
    """A figure with as many digits as mean something: 1,234 or 12.3 or 0.456."""
    for least, digits in ((100, 0), (10, 1), (1, 2)):
        if abs(value) >= least:
            return f"{value:,.{digits}f}"
    return f"{value:.3f}"
