"""Stop, delete my data, a person please: in seven languages, at once, and only when meant."""

from __future__ import annotations

from importlib import resources

import pytest

from flows.understanding import LANGUAGES, is_stop_word, understand
from flows.understanding.corpus import read_examples
from flows.understanding.normalise import normalise
from flows.understanding.safety import hinted_safety

STOP_WORDS = {
    "en": ["STOP", "stop!!!", "Stop please", "stooop", "unsubscribe", "opt out", "leave me alone", "ＳＴＯＰ"],
    "es": ["baja", "Baja por favor", "dar de baja", "basta", "cancelar", "no más mensajes"],
    "fr": ["arrêter", "ARRETEZ", "me désabonner", "désinscription", "stop svp", "résilier"],
    "ja": ["やめて", "停止", "配信停止", "ストップ", "ｽﾄｯﾌﾟ", "登録解除", "もう連絡しないで"],
    "ar": ["إيقاف", "توقف", "إلغاء", "الغاء الاشتراك", "أوقف", "وقّفوا الرسائل"],
    "hu": ["leállítás", "leiratkozás", "Leiratkozom!", "stop", "állj", "hagyjatok békén"],
    "cs": ["odhlásit", "zastavit", "konec", "ODHLASIT", "odhlásit odběr", "dejte mi pokoj"],
}

ASKS = [
    ("en", "please do not contact me again", "stop"),
    ("en", "how do i unsubscribe from this", "stop"),
    ("es", "no me escriban más por favor", "stop"),
    ("fr", "ne m'envoyez plus rien", "stop"),
    ("ja", "これ以上メールを送らないでください", "stop"),
    ("ar", "لا ترسلوا لي رسائل", "stop"),
    ("hu", "ne írjanak nekem többet", "stop"),
    ("cs", "už mi nepište", "stop"),
    ("en", "delete all my data", "delete_data"),
    ("es", "borren todos mis datos", "delete_data"),
    ("fr", "supprimez mes données", "delete_data"),
    ("ja", "個人情報を削除してください", "delete_data"),
    ("ar", "احذفوا بياناتي", "delete_data"),
    ("hu", "töröljék az adataimat", "delete_data"),
    ("cs", "smažte moje údaje", "delete_data"),
    ("en", "can I speak to a human", "human"),
    ("es", "quiero hablar con una persona", "human"),
    ("fr", "je veux parler à un conseiller", "human"),
    ("ja", "担当者と話したい", "human"),
    ("ar", "أريد التحدث مع موظف", "human"),
    ("hu", "emberrel szeretnék beszélni", "human"),
    ("cs", "chci mluvit s člověkem", "human"),
]

NOT_MEANT = [
    ("en", "I stopped because shipping was dear"),
    ("en", "I don't want to unsubscribe"),
    ("en", "the last one stopped working"),
    ("en", "there is a bus stop next to your shop"),
    ("en", "I need to talk to my partner about it"),
    ("es", "no quiero parar de comprar"),
    ("es", "no quiero darme de baja"),
    ("es", "es de baja calidad"),
    ("fr", "je ne veux pas me désabonner"),
    ("fr", "je me suis arrêté quand j'ai vu le total"),
    ("ja", "配信停止しないで"),
    ("ja", "旅行が中止になった"),
    ("ja", "合計を見てやめました"),
    ("ja", "主人と話してから決めます"),
    ("ar", "لا أريد إلغاء الاشتراك"),
    ("ar", "توقفت عن الشراء لأن الشحن غالي"),
    ("hu", "nem akarok leiratkozni"),
    ("hu", "abbahagytam, mert drága volt"),
    ("cs", "nechci se odhlásit"),
    ("cs", "přestal jsem, protože doprava byla drahá"),
    ("cs", "vaši fakturu už mám v mailu"),
    ("cs", "v životě jsem neslyšel o vás"),
    ("fr", "la qualité, c'est du vent"),
    ("ar", "ما ترسلون لمنطقتي"),
    ("ar", "ما ترسلون للكويت"),
    ("es", "a canarias no mandáis nunca nada"),
    ("cs", "mám těch poplatků plné zuby"),
]

# Silence for a while is a wish to talk later.
NOT_NOW = [
    ("en", "don't write to me today, tomorrow is fine"),
    ("es", "hoy no me escribas, mejor mañana"),
    ("fr", "n'écrivez pas ce soir, demain plutôt"),
    ("ja", "今日は連絡しないで、明日なら大丈夫"),
    ("ar", "لا تراسلني اليوم، بكرا احسن"),
    ("hu", "ma ne írjon, inkább holnap"),
    ("cs", "dneska nepište, radši zítra"),
]

# A clause that would end it if it stood alone, with more said beside it: what to ask before anything happens.
HINTED = [
    ("en", "nope, off the list", "stop"),
    ("en", "the delivery is much too slow and too dear for me, cancel", "stop"),
    ("fr", "la couleur ne va pas avec mon canapé, résilier", "stop"),
    ("hu", "nem illik a szobámba, leállítás", "stop"),
    ("es", "paren, ya han escrito diez veces", "stop"),
    ("fr", "vous êtes lourds, arrêtez", "stop"),
    ("ja", "何度も来るのが嫌です、停止", "stop"),
    ("ar", "آخر تحذير، توقفوا", "stop"),
    ("hu", "utolsó figyelmeztetés, fejezzék be", "stop"),
    ("cs", "smažte všechno, co o mně máte", "delete_data"),
]

# No phrase of the lists, yet a clause names what such a wish is made of.
CLUED = [
    ("en", "your mails annoy my whole office and we want them off", "stop"),
    ("es", "ya no más de ningún tipo de correo", "stop"),
    ("hu", "elegem van a sok levélből tőletek", "stop"),
    ("en", "no info on me may lie around at your place", "delete_data"),
    ("hu", "semmilyen adat ne maradjon", "delete_data"),
    ("cs", "vymazat bych chtěla i ty údaje", "delete_data"),
]

# The same words, said of something else.
NO_CLUE = [
    ("en", "I won't give my card data to a site I don't know"),
    ("es", "el envío cuesta más que el producto"),
    ("fr", "vous me l'avez déjà envoyé"),
    ("hu", "ismeretlen oldalon nem adom meg a kártyám adatait"),
]


@pytest.mark.parametrize(("language", "word"), [(key, word) for key, words in STOP_WORDS.items() for word in words])
def test_a_stop_word_alone_acts_at_once_whatever_language_was_expected(language: str, word: str) -> None:
    assert is_stop_word(word)
    for expected in (None, language, "en", "ja"):
        understood = understand(word, expected)
        assert (understood.intent, understood.ask, understood.barriers) == ("stop", None, ())


@pytest.mark.parametrize(("language", "text", "intent"), ASKS)
def test_a_plain_request_in_a_sentence_acts_at_once(language: str, text: str, intent: str) -> None:
    understood = understand(text)
    assert (understood.language, understood.intent, understood.ask) == (language, intent, None)
    assert understood.because.startswith("the words")


@pytest.mark.parametrize(("language", "text"), NOT_MEANT)
def test_a_negated_or_told_stop_never_acts(language: str, text: str) -> None:
    assert not is_stop_word(text)
    understood = understand(text, language)
    assert not understood.because.startswith("the words")
    assert understood.intent != "stop" or understood.ask == "stop"


@pytest.mark.parametrize(("language", "text"), NOT_NOW)
def test_silence_for_today_does_not_end_the_conversation(language: str, text: str) -> None:
    understood = understand(text, language)
    assert not understood.because.startswith("the words")
    assert understood.intent == "later"


def test_silence_from_today_on_ends_it_or_is_asked_about() -> None:
    assert understand("لا تراسلوني بعد اليوم", "ar").because.startswith("the words")
    for text in ("stop texting me today and for ever", "no me escriban hoy ni nunca", "今日から連絡しないで"):
        understood = understand(text)
        assert "stop" in (understood.intent, understood.ask), text


@pytest.mark.parametrize(("language", "text", "intent"), HINTED)
def test_a_clause_that_would_end_it_alone_is_asked_about(language: str, text: str, intent: str) -> None:
    assert hinted_safety(normalise(text)) == intent
    understood = understand(text, language)
    assert intent in (understood.intent, understood.ask)
    assert understood.ask == intent or understood.because.startswith("the words")


@pytest.mark.parametrize(("language", "text", "intent"), CLUED)
def test_a_clause_that_names_what_the_wish_is_made_of_is_asked_about(language: str, text: str, intent: str) -> None:
    assert hinted_safety(normalise(text)) == intent
    assert understand(text, language).ask == intent


@pytest.mark.parametrize(("language", "text"), NO_CLUE)
def test_the_same_words_said_of_something_else_are_no_clue(language: str, text: str) -> None:
    assert hinted_safety(normalise(text)) is None


def test_every_stop_and_delete_of_the_training_rows_is_acted_on_or_asked_about() -> None:
    rows = [row for row in read_examples() if row.intent in ("stop", "delete_data")]
    assert len(rows) > 800
    heard = {row: understand(row.text, row.language) for row in rows}
    assert [row.text for row, found in heard.items() if row.intent not in (found.intent, found.ask)] == []


def test_a_stop_with_a_reason_keeps_the_reason() -> None:
    understood = understand("too expensive, stop writing to me")
    assert understood.intent == "stop" and understood.barriers == ("price",)


def test_deleting_outweighs_stopping() -> None:
    assert understand("stop messaging me and delete my data").intent == "delete_data"


@pytest.mark.parametrize("text", ["", "ok", "hello", "price", "no", "shipping"])
def test_other_words_are_not_stop_words(text: str) -> None:
    assert not is_stop_word(text)


def test_a_word_that_may_be_missing_is_marked_behind_all_its_choices() -> None:
    folder = resources.files("flows.understanding").joinpath("data/safety")
    for language in LANGUAGES:
        lines = folder.joinpath(f"{language}.txt").read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if "?|" in line and line[:1] != "#"] == []
