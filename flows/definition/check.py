"""Every check before a flow speaks. The rules live in `rules/`, one function each; this file only runs them all."""

from collections.abc import Mapping
from itertools import chain

from flows.audience.attributes import Attributes
from flows.definition.allowing import Commented, apply
from flows.definition.campaign import CampaignDefinition
from flows.definition.marks import Located, Marks
from flows.definition.problems import Problem, in_order
from flows.definition.rules import RULES
from flows.definition.rules.subject import Subject
from flows.definition.sources import LAYERS, TextSource
from flows.definition.steps import FlowDefinition
from flows.definition.wording import Wording
from flows.offers.catalogue import Catalogue
from flows.texts import Texts


def check_flow(definition: FlowDefinition, texts: Texts, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Run every rule.

    The sources of `texts` are, in each language, the flow's, the offers' and the common texts in that order. Findings
    about the YAML files have no line, because a definition does not remember where it stood; `check_located` knows it.
    """
    files = {
        language: tuple(
            TextSource(LAYERS[min(number, 2)], f"{LAYERS[min(number, 2)]}/texts/{language}.ftl", content)
            for number, content in enumerate(sources)
        )
        for language, sources in texts.sources.items()
    }
    return check_located(
        Located(definition, Marks("flow.yaml")), Located(catalogue, Marks("offers/catalogue.yaml")), files
    )


def check_located(
    definition: Located[FlowDefinition],
    catalogue: Located[Catalogue],
    texts: Mapping[str, tuple[TextSource, ...]],
    attributes: Attributes | None = None,
    campaigns: tuple[CampaignDefinition, ...] = (),
) -> tuple[Problem, ...]:
    """Run every rule on what was read from files; each finding names its line. Ordered by file and line.

    Without `attributes`, what steps say about facts is not looked at; `campaigns` are those that play this flow. What
    the files allow, with a reason, is left out.
    """
    wording = Wording(texts)
    subject = Subject(
        definition.value, definition.marks, catalogue.value, catalogue.marks, wording, attributes, campaigns
    )
    found = chain.from_iterable(rule.findings(subject) for rule in RULES)
    files = [Commented(definition.marks.place, definition.marks.text)]
    files.append(Commented(catalogue.marks.place, catalogue.marks.text, own=False))
    files += [
        Commented(source.place, source.content, own=source.layer == "flow", fluent=True)
        for source in chain.from_iterable(texts.values())
    ]
    return in_order(apply(found, files, {rule.id: rule.may_be_allowed for rule in RULES}))
