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
from flows.definition.subflows import Whole
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
    return check_whole(Whole(definition, texts), catalogue, attributes, campaigns)


def check_whole(
    whole: Whole,
    catalogue: Located[Catalogue],
    attributes: Attributes | None = None,
    campaigns: tuple[CampaignDefinition, ...] = (),
) -> tuple[Problem, ...]:
    """The same for a flow with its sub-flows. What is found in their files is said in their own names, and once."""
    definition, texts = whole.definition, whole.texts
    wording = Wording(texts)
    subject = Subject(
        definition.value,
        definition.marks,
        catalogue.value,
        catalogue.marks,
        wording,
        attributes,
        campaigns,
        whole.faults,
        whole.unspoken,
    )
    found = [whole.in_own_names(one) for rule in RULES for one in rule.findings(subject)]
    files = [Commented(definition.marks.place, definition.marks.text)]
    called = dict.fromkeys((marks.place, marks.text) for marks, _ in definition.marks.elsewhere.values())
    files += [Commented(place, text, own=False) for place, text in called]
    files.append(Commented(catalogue.marks.place, catalogue.marks.text, own=False))
    files += [
        Commented(source.place, source.content, own=source.layer == "flow" and not source.within, fluent=True)
        for source in chain.from_iterable(texts.values())
    ]
    return in_order(apply(found, files, {rule.id: rule.may_be_allowed for rule in RULES}))
