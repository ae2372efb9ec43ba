"""A large flow checked, against reading the same YAML alone."""

import time

from bot.library import Library
from flows.definition.build import review
from flows.definition.reader import read_yaml
from flows.definition.sources import FlowSources, TextSource

CHAIN = 5
"""Steps of one way: a question, what is said to its answer, a branch, a wait, and another thing to say."""


def large(steps: int, mark: str) -> FlowSources:
    """A good flow with so many steps in all seven languages. `mark` makes it a text that nobody has read before."""
    shipped = Library().load_flow("barriers")
    ways = (steps - 3) // CHAIN
    first = "".join(f"      - {{id: w{way}, next: ask-{way}}}\n" for way in range(min(ways, 12)))
    head = (
        f"# {mark}\nflow: large\nformat: 1\nlanguages: [{', '.join(shipped.texts)}]\nquestions: 20\nstart: first\n"
        "silence: [{after: 24h, do: remind}, {after: 72h, do: end}]\nsteps:\n"
        f"  first:\n    kind: choose\n    unclear: thanks\n    options:\n{first}"
    )
    body = "".join(_way(way, ways) for way in range(ways))
    end = "  person: {kind: handover, reason: asked}\n  thanks: {kind: end, outcome: answered}\n"
    texts = {
        language: (TextSource("flow", f"texts/{language}.ftl", _texts(ways, language, mark)), *files[1:])
        for language, files in shipped.texts.items()
    }
    return FlowSources(head + body + end, shipped.catalogue, texts, attributes=shipped.attributes)


def _way(way: int, ways: int) -> str:
    on = f"next: ask-{way + 12}" if way + 12 < ways else "next: thanks"
    return (
        f"  ask-{way}:\n    kind: choose\n    optional: true\n    unclear: thanks\n    options:\n"
        f"      - {{id: yes, next: tell-{way}}}\n      - {{id: no, next: pick-{way}}}\n"
        f"  tell-{way}: {{kind: tell, next: pick-{way}}}\n"
        f"  pick-{way}:\n    kind: branch\n    ways:\n"
        f"      - {{when: {{language: cs, prospect: {{country: HU}}}}, next: rest-{way}}}\n"
        f"      - {{when: {{channel: web}}, next: more-{way}}}\n    otherwise: person\n"
        f"  rest-{way}: {{kind: wait, span: 1d, {on}}}\n"
        f"  more-{way}: {{kind: tell, {on}}}\n"
    )


def _texts(ways: int, word: str, mark: str) -> str:
    first = "".join(f"    .w{way} = {word} no. {way}\n" for way in range(min(ways, 12)))
    said = (
        f"ask-{way} = {word} {way} from {{ $shop }}?\n    .yes = {word}, yes\n    .no = {word}, no\n"
        f"tell-{way} = {word} {way}, and a sentence as long as sentences are.\nmore-{way} = {word} {way} and more.\n"
        for way in range(ways)
    )
    return (
        f"# {mark}\nsubject = {word}\npreheader = {word}\nfirst = {word}?\n{first}    .remind = {word}?\n"
        f"{''.join(said)}person = {word}.\nthanks = {word}.\n"
    )


def checking(steps: int, round_number: int) -> dict[str, float]:
    """Seconds of one core that reading and checking takes, and those of reading the same YAML alone."""
    sources = large(steps, f"round {round_number}")
    started = time.process_time()
    read_yaml(sources.definition, "flow.yaml")
    read = time.process_time() - started
    started = time.process_time()
    result = review(sources)
    checked = time.process_time() - started
    assert result.definition is not None and len(result.definition.steps) >= steps - CHAIN
    assert not result.problems, result.problems[0]
    return {"check": checked, "check, YAML alone": read}
