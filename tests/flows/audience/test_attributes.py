"""Attributes: what a file may declare, what a text means for each type, and what may never decide an offer."""

from datetime import date
from decimal import Decimal

import pytest

from bot.library import shipped_root
from flows.audience.attributes import (
    AttributeDefinition,
    Attributes,
    read_value,
    sensitive_names,
    sounds_sensitive,
    write_value,
)
from flows.audience.profile import FactValue
from flows.definition.attributes import read_attributes
from flows.errors import FlowInvalid
from flows.words import LANGUAGES
from flows.written import ValueRefused, email_in, phone_in
from storage.profile_loading import fact_value

SHIPPED = ((shipped_root() / "audience/attributes.yaml").read_text("utf-8"), "audience/attributes.yaml")


@pytest.fixture(scope="module")
def shipped() -> Attributes:
    return read_attributes(SHIPPED)


def one(**more: object) -> AttributeDefinition:
    known = {"id": "x", "type": "text", "category": "interest", "purpose": "help", "label": {"en": "X"}}
    return AttributeDefinition.model_validate(known | more)


def own(*lines: str) -> Attributes:
    return read_attributes(SHIPPED, ("format: 1\nattributes:\n" + "\n".join(lines) + "\n", "flows/attributes.yaml"))


def test_every_shipped_attribute_has_its_words_in_seven_languages(shipped: Attributes) -> None:
    for name, attribute in shipped.definitions.items():
        assert set(attribute.label) == set(LANGUAGES), name
        assert all(set(labels) in (set(), set(LANGUAGES)) for labels in attribute.values.values()), name
    assert all(set(words) == set(LANGUAGES) for words in shipped.purposes.values())
    assert {one.purpose for one in shipped.definitions.values()} == set(shipped.purposes)


def test_lead_types_and_companies_have_their_attributes(shipped: Attributes) -> None:
    wanted = {"referrals", "audience_size", "role", "expected_order_value", "use_case"}
    assert wanted <= set(shipped.declared)
    company = {f"company.{key}" for key in ("name", "size", "industry", "kind", "location", "role")}
    assert company <= set(shipped.definitions) and not company & set(shipped.declared)


@pytest.mark.parametrize(
    ("kind", "text", "value", "stored"),
    [
        ("text", "  tea \n and cups ", "tea and cups", ("tea and cups", None)),
        ("number", "1 234", Decimal(1234), ("1234", 1234)),
        ("number", "-2,5", Decimal("-2.5"), ("-2.5", Decimal("-2.5"))),
        ("number", "１２", Decimal(12), ("12", 12)),
        ("money", "12 990,50", Decimal("12990.50"), ("12990.50", Decimal("12990.50"))),
        ("day", "2026-11-21T10:00:00+01:00", date(2026, 11, 21), ("2026-11-21", 20778)),
        ("day", "2026. 11. 21.", date(2026, 11, 21), ("2026-11-21", 20778)),
        ("day", "2026年11月21日", date(2026, 11, 21), ("2026-11-21", 20778)),
        ("day", "21. 11. 2026", date(2026, 11, 21), ("2026-11-21", 20778)),
        ("yes_no", "Igen.", True, ("yes", 1)),
        ("yes_no", "لا", False, ("no", 0)),
    ],
)
def test_a_text_becomes_a_value_and_is_read_back_from_storage(
    kind: str, text: str, value: FactValue, stored: tuple[str, Decimal | None]
) -> None:
    found = read_value(one(type=kind), text)
    assert found == value
    kept = write_value(found)
    assert (kept.text, kept.number) == stored
    back = fact_value(kept.text, None if kept.number is None else float(kept.number))
    assert (back, type(back)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("number", "many", "is not a number; write it in figures"),
        ("number", "1,234", "may mean 1234 or 1.234"),
        ("number", "9" * 13, "is too large"),
        ("money", "-5", "is not an amount"),
        ("day", "11/21/2026", "is not a day; write it like 2026-11-21"),
        ("day", "2026-02-30", "is not a day"),
        ("day", "1026-02-03", "is not a likely day"),
        ("yes_no", "perhaps", "says neither yes nor no"),
        ("text", "a\x07b", "control character"),
        ("text", "x" * 2001, "is longer than"),
    ],
)
def test_a_text_that_is_no_value_is_refused_with_the_cure(kind: str, text: str, reason: str) -> None:
    with pytest.raises(ValueRefused, match=reason) as refused:
        read_value(one(type=kind), text)
    assert text not in str(refused.value)


def test_a_choice_is_read_by_its_id_its_labels_and_the_band_a_number_lies_in(shipped: Attributes) -> None:
    role, size = shipped.definitions["role"], shipped.definitions["audience_size"]
    assert {read_value(role, text) for text in ("decider", "Dönt", "決定する", "يقرّر")} == {"decider"}
    assert [read_value(size, text) for text in ("0", "99", "100", "150-300", "100000+", "2000000")] == [
        "0-99", "0-99", "100-999", "100-999", "100000+", "100000+",
    ]  # fmt: skip
    with pytest.raises(ValueRefused, match="write one of user, influencer, decider, payer"):
        read_value(role, "boss")
    assert shipped.shown("role", "payer", "hu") == "Fizet" and shipped.shown("role", "payer", "xx") == "Pays"


def test_a_shop_adds_its_own_and_words_the_shipped_ones() -> None:
    found = own(
        "  - {id: shoe_size, type: number, category: demographic, purpose: help, label: {en: Shoe size}}",
        "  - {id: city, type: text, category: geographic, purpose: place, label: {en: Town}}",
    )
    assert found.declared["shoe_size"].type == "number"
    assert found.label("city", "fr") == "Town" and found.definitions["city"].builtin
    assert found.label("hat size", "en") == "hat size" and found.purpose("hat size", "en") is None
    assert found.purpose("shoe_size", "cs") == "Abychom vám pomohli způsobem, který vám vyhovuje."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{id: x, type: choice, category: interest, purpose: help, label: {en: X}}", "a choice needs its values"),
        ("{id: x, type: text, category: interest, purpose: fun, label: {en: X}}", "there is no purpose 'fun'"),
        ("{id: pet_age, type: text, category: interest, purpose: help, label: {en: X}}", "add `sensitive: true`"),
        ("{id: price, type: text, category: interest, purpose: help, label: {en: X}}", "keep that type"),
        ("{id: x, type: text, builtin: true, category: interest, purpose: help, label: {en: X}}", "no column"),
        ("{id: company_size, type: text, category: company, purpose: help, label: {en: X}}", "no column"),
        ("{id: a.b, type: text, category: company, purpose: help, label: {en: X}}", "write a_b"),
        ("{id: x, type: txt, category: interest, purpose: help, label: {en: X}}", "is not allowed here"),
        ("{id: x, type: text, category: interest, purpose: help}", "the key 'label' is missing"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_by_line_with_the_cure(line: str, said: str) -> None:
    with pytest.raises(FlowInvalid, match=said) as refused:
        own(f"  - {line}")
    assert str(refused.value).startswith("flows/attributes.yaml:3:")


def test_no_attribute_stands_twice() -> None:
    line = "  - {id: x, type: text, category: interest, purpose: help, label: {en: X}}"
    with pytest.raises(FlowInvalid, match="declared twice"):
        own(line, line)


def test_what_sounds_sensitive_never_decides_an_offer_declared_or_not(shipped: Attributes) -> None:
    free = ["shoe size", "Date of birth", "household-income", "edad", "village", "性別"]
    assert sensitive_names(shipped, free) == {"gender", "age", "birth_date", *free} - {"shoe size", "village"}
    assert not sounds_sensitive("packaging") and not sounds_sensitive("language")


@pytest.mark.parametrize(
    ("words", "phone", "email"),
    [
        ("+36 30 123 4567, after five", "+36301234567", None),
        ("Please write to Anna@Example.com.", None, "anna@example.com"),
        ("電話は０３-１２３４-５６７８です", "0312345678", None),
        ("order A123456", None, None),
        ("room 12", None, None),
        ("a@b", None, None),
    ],
)
def test_how_to_reach_somebody_is_found_in_their_words(words: str, phone: str | None, email: str | None) -> None:
    assert (phone_in(words), email_in(words)) == (phone, email)
