"""Barriers and intents from free text: what the shipped weights have to get right."""

from __future__ import annotations

import pytest

from flows.understanding import LANGUAGES, shows_full_list, understand
from flows.understanding.corpus import data_hash, read_examples
from flows.understanding.decide import ALWAYS_CONFIRMED
from flows.understanding.model import load_model
from flows.understanding.normalise import normalise

PLAIN = [
    ("en", "too pricey", "price"),
    ("en", "shipping", "shipping"),
    ("es", "el envio es carísimo", "shipping"),
    ("fr", "livraison trop lente", "shipping"),
    ("ja", "送料が高い", "shipping"),
    ("ar", "ما أثق في موقعكم", "trust"),
    ("hu", "tul draga", "price"),
    ("cs", "moc drahe", "price"),
    ("cs", "musím se zeptat manželky", "approval"),
    ("hu", "már vettem máshol", "bought_elsewhere"),
]

TRAPS = [
    ("en", "it's not the price, it's the quality", "quality"),
    ("es", "el precio está bien pero el envío es lento", "shipping"),
    ("fr", "ce n'est pas le prix, c'est la qualité", "quality"),
    ("ja", "価格は問題ないけど配送が遅い", "shipping"),
    ("ar", "السعر مناسب لكن التوصيل بطيء", "shipping"),
    ("hu", "nem az ár a gond, hanem a minőség", "quality"),
    ("cs", "nejde o cenu, jde o kvalitu", "quality"),
]

INTENTS = [
    ("en", "ask me again tomorrow", "later"),
    ("es", "¿hacen envíos a méxico?", "question"),
    ("fr", "j'ai déjà commandé chez vous", "bought_here"),
    ("ja", "ありがとう", "chitchat"),
    ("hu", "majd később beszéljünk", "later"),
    ("cs", "dobrý den", "chitchat"),
]


@pytest.mark.parametrize(("language", "text", "barrier"), PLAIN)
def test_a_short_plain_reason_is_understood(language: str, text: str, barrier: str) -> None:
    understood = understand(text)
    assert (understood.language, understood.intent, understood.barriers[0]) == (language, "answer", barrier)
    assert len(understood.candidates) == 3 and understood.candidates[0] == barrier


@pytest.mark.parametrize(("language", "text", "barrier"), TRAPS)
def test_a_reason_that_is_ruled_out_is_not_named(language: str, text: str, barrier: str) -> None:
    assert understand(text, language).barriers == (barrier,)


@pytest.mark.parametrize(("language", "text", "intent"), INTENTS)
def test_what_is_no_answer_is_told_apart(language: str, text: str, intent: str) -> None:
    understood = understand(text, language)
    assert understood.intent == intent and understood.candidates == ()


def test_two_barriers_in_a_sentence_are_both_named() -> None:
    assert set(understand("too expensive and the delivery is slow").barriers) == {"price", "shipping"}
    assert set(understand("es caro y además el envío no es gratis").barriers) == {"price", "shipping"}


def test_a_sure_answer_is_taken_and_an_unsure_one_is_asked_about() -> None:
    assert understand("the price is too high").ask is None
    unsure = understand("purple monkey dishwasher")
    assert unsure.ask == "barriers" and unsure.confidence < load_model().thresholds.accept
    assert shows_full_list(unsure) or unsure.confidence >= load_model().thresholds.guess
    assert not shows_full_list(understand("the price is too high"))


@pytest.mark.parametrize("text", ["xyz blah", "@SUM(A1)", "Xk3", "<b>x</b>", "brrt", "わぬ", "ظض"])
def test_letters_that_make_no_known_word_are_not_taken_for_a_wish_to_stop(text: str) -> None:
    understood = understand(text)
    assert understood.intent not in ALWAYS_CONFIRMED and understood.ask not in ALWAYS_CONFIRMED


BARE = ("shipping", "envío", "la livraison", "送料", "الشحن", "a szállítás", "doprava")


@pytest.mark.parametrize(("language", "word"), list(zip(LANGUAGES, BARE, strict=True)))
def test_a_bare_word_that_names_a_barrier_is_taken(language: str, word: str) -> None:
    understood = understand(word, language)
    assert (understood.barriers, understood.ask) == (("shipping",), None)


def test_the_reason_names_the_example_it_resembles() -> None:
    assert understand("the price is much too high").because == "resembles “the price is too high”"


def test_the_language_that_is_given_wins_and_an_unknown_one_is_guessed() -> None:
    assert understand("ok", "hu").language == "hu"
    assert understand("je voudrais réfléchir encore un peu", "xx").language == "fr"


def test_the_weights_were_trained_on_the_data_that_ships() -> None:
    cure = "train anew: see the head of .ci/train_understanding.py"
    assert load_model().trained_on == data_hash(), cure


def test_the_training_rows_use_known_ids_only_and_none_twice() -> None:
    model, rows = load_model(), read_examples()
    assert {row.language for row in rows} == set(LANGUAGES)
    assert {barrier for row in rows for barrier in row.barriers} == set(model.barriers)
    assert {row.intent for row in rows} == set(model.intents)
    assert len({(row.language, row.text) for row in rows}) == len(rows)
    assert all(normalise(row.text) for row in rows)


def test_the_shipped_weights_know_their_own_training_rows() -> None:
    rows = read_examples()[::5]
    right = sum(understand(row.text, row.language).intent == row.intent for row in rows)
    assert right / len(rows) > 0.95
