"""A small flow that has nothing wrong with it, to be spoilt by tests."""

from flows.definition.attributes import read_attributes
from flows.definition.sources import FlowSources, TextSource

FLOW = """\
flow: winback
format: 1
languages: [en, cs]
questions: 2
start: hello
silence:
  - {after: 24h, do: remind}
  - {after: 72h, do: end}
steps:
  hello:
    kind: tell
    next: cause
  cause:
    kind: choose
    records: barrier
    last: [other]
    unclear: thanks
    options:
      - {id: price, barrier: price, next: gift}
      - {id: other, barrier: other, next: more}
  more:
    kind: ask
    next: person
  gift:
    kind: offer
    next: thanks
    none: thanks
  person:
    kind: handover
    reason: asked
  thanks: {kind: end, outcome: answered}
"""

CATALOGUE = """\
format: 1
currency: EUR
offers:
  - id: ten_off
    kind: discount
    removes: [price]
    code: pool
    percent: 10
    at_most: 20.00
    valid_for: 3d
    limits: {total: 10, budget: 200.00}
  - id: call
    kind: callback
    removes: [other]
    url: https://shop.example/call
    limits: {total: 10}
    valid_for: 30d
"""

FLOW_EN = """\
subject = A question
preheader = One tap
hello = Hello from { $shop }.
cause = Why?
    .price = The price
    .other = Something else
    .remind = Still: cause?
more = Tell us more.
    .remind = Still: more?
person = A person will answer.
thanks = Thank you.
"""
FLOW_CS = """\
subject = Otázka
preheader = Jedno klepnutí
hello = Zdraví { $shop }.
cause = Proč?
    .price = Cena
    .other = Něco jiného
    .remind = Ještě: proč?
more = Řekněte nám víc.
    .remind = Ještě: víc?
person = Odpoví člověk.
thanks = Děkujeme.
"""
OFFERS_EN = """\
ten_off = { $percent }% off with { $code } until { $until }.
call = We call you.
    .link = Choose a time
"""
OFFERS_CS = """\
ten_off = Sleva { $percent } % s kódem { $code } do { $until }.
call = Zavoláme vám.
    .link = Vyberte čas
"""
COMMON_EN = """\
button-stop = Stop
welcome = Hello from { $shop }.
"""
COMMON_CS = """\
button-stop = Konec
welcome = Zdraví { $shop }.
"""

ATTRIBUTES = read_attributes(
    (
        """\
format: 1
purposes:
  help: {en: To help.}
attributes:
  - {id: household, type: number, category: demographic, purpose: help, label: {en: Household}}
  - {id: gender, type: text, category: demographic, purpose: help, sensitive: true, label: {en: Gender}}
  - {id: role, type: choice, category: company, purpose: help, label: {en: Role}, values: {user: {}, payer: {}}}
""",
        "attributes.yaml",
    )
)

FILES = {
    "flow": FLOW,
    "catalogue": CATALOGUE,
    "flow en": FLOW_EN,
    "flow cs": FLOW_CS,
    "offers en": OFFERS_EN,
    "offers cs": OFFERS_CS,
    "common en": COMMON_EN,
    "common cs": COMMON_CS,
}


def sources(*edits: tuple[str, str, str], **more: str) -> FlowSources:
    """The good flow, with edits `(file, old, new)`; each old text must be there. `more` are flow texts by language."""
    files = dict(FILES)
    for name, old, new in edits:
        assert old in files[name], f"{old!r} is not in {name!r}"
        files[name] = files[name].replace(old, new, 1)
    texts = {
        language: tuple(
            TextSource(layer, f"{layer}/{language}.ftl", files[f"{layer} {language}"])
            for layer in ("flow", "offers", "common")
        )
        for language in ("en", "cs")
    }
    texts |= {language: (TextSource("flow", f"flow/{language}.ftl", content),) for language, content in more.items()}
    return FlowSources(files["flow"], files["catalogue"], texts, "flow.yaml", "catalogue.yaml", ATTRIBUTES)
