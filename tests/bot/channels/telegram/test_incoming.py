"""What an update says, and that nothing anybody sends makes the translator fall over."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.incoming import COMMANDS, MEDIA, translate
from bot.channels.telegram.keeping import callback_id, lane, natural_key, raw_input, slim
from bot.runtime.arrivals import (
    Arrival,
    Blocked,
    GaveCommand,
    Ignored,
    PressedButton,
    PressedStart,
    Sender,
    Spoke,
    Unblocked,
)
from tests.bot.channels.telegram.world import NONCE, membership, tapped, written, written_by

WHO = Sender("telegram", "5", "Test", "hu")


def kept(update: object) -> Arrival:
    """What arrives after the update was written down and read again; the same as without."""
    arrival = translate(json.loads(raw_input(update).payload))
    assert arrival == translate(update)
    return arrival


@pytest.mark.parametrize(
    ("text", "arrival"),
    [
        ("It is too expensive", Spoke(WHO, "It is too expensive")),
        ("  ¿Cuánto?\r\npor favor ", Spoke(WHO, "¿Cuánto?\npor favor")),
        ("/start", PressedStart(WHO, None)),
        ("/start   ", PressedStart(WHO, None)),
        ("/start Ab-_9", PressedStart(WHO, "Ab-_9")),
        ("/start@some_bot Ab-_9", PressedStart(WHO, "Ab-_9")),
        ("/start " + "a" * 64, PressedStart(WHO, "a" * 64)),
        ("/start " + "a" * 65, PressedStart(WHO, "invalid")),
        ("/start ../../etc/passwd", PressedStart(WHO, "invalid")),
        ("/start ' OR 1=1 --", PressedStart(WHO, "invalid")),
        ("/stop", GaveCommand(WHO, "stop")),
        ("/stop@holdback_test_bot", GaveCommand(WHO, "stop")),
        ("/STOP!", GaveCommand(WHO, "stop")),
        ("／stop", GaveCommand(WHO, "stop")),
        ("/stop now please", GaveCommand(WHO, "stop", "now please")),
        ("/language hu", GaveCommand(WHO, "language", "hu")),
        ("/nonsense", GaveCommand(WHO, "help")),
        ("/a/path", Spoke(WHO, "/a/path")),
        ("/", Spoke(WHO, "/")),
        ("stop", Spoke(WHO, "stop")),
        ("", Spoke(WHO, "")),
        ("\0", Spoke(WHO, "")),
        ("so\0 dear\x07", Spoke(WHO, "so dear")),
        ("half \ud83d a pair", Spoke(WHO, "half \ufffd a pair")),
        ("a\u2028b", Spoke(WHO, "a\nb")),
        ("x" * 5000, Spoke(WHO, "x" * 4096)),
        ("😀" * 5000, Spoke(WHO, "😀" * 4096)),
        ("\u202eright to left", Spoke(WHO, "\u202eright to left")),
    ],
)
def test_a_text_is_said_or_commands(text: str, arrival: Arrival) -> None:
    assert kept(written(text)) == arrival


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_known(name: str) -> None:
    assert kept(written(f"/{name}")) == GaveCommand(WHO, name)


@pytest.mark.parametrize("kind", sorted(MEDIA))
def test_what_we_do_not_read_is_said_without_words(kind: str) -> None:
    content: Any = {kind: {"phone_number": "+36 1 234", "latitude": 47.5, "file_id": "secret-file"}}
    update = written(**content)
    assert kept(update) == Spoke(WHO, "")
    stored = raw_input(update).payload
    assert "234" not in stored and "47.5" not in stored and "secret-file" not in stored


def test_the_words_under_a_picture_count() -> None:
    assert kept(written(photo=[{}], caption="too big")) == Spoke(WHO, "too big")
    assert kept(written(photo=[{}], caption="/stop")) == GaveCommand(WHO, "stop")


def test_what_is_kept_holds_nothing_that_is_not_read() -> None:
    stored = raw_input(written("hello", entities=[{"type": "bold"}], reply_to_message={"text": "older words"})).payload
    assert "private_name" not in stored and "older words" not in stored and "hello" in stored


def test_a_command_of_somebody_else_that_is_passed_on_commands_nothing() -> None:
    update = written("/forget", forward_origin={"type": "user", "sender_user": {"id": 9, "first_name": "Other"}})
    assert kept(update) == Spoke(WHO, "/forget")
    assert "Other" not in raw_input(update).payload


@pytest.mark.parametrize(
    ("text", "arrival"),
    [
        ("too expensive after all", Ignored("changed after it was sent")),
        ("/start abc", Ignored("changed after it was sent")),
        ("/stop", GaveCommand(WHO, "stop")),
        ("/forget", GaveCommand(WHO, "forget")),
        ("STOP", Spoke(WHO, "STOP")),
        ("やめて", Spoke(WHO, "やめて")),
    ],
)
def test_of_a_changed_message_only_the_wish_for_silence_counts(text: str, arrival: Arrival) -> None:
    assert kept(written(text, kind="edited_message", edit_date=1_700_000_100)) == arrival


@pytest.mark.parametrize(
    "update",
    [
        None, [], "text", 5, {}, {"update_id": 1}, {"message": None}, {"message": "text"}, {"message": {}},
        {"update_id": 1, "channel_post": {"text": "x"}}, {"update_id": 1, "business_message": written("x")["message"]},
        {"update_id": 1, "inline_query": {"id": "1", "from": {"id": 5}, "query": "x"}},
        written("x", chat={"id": -100, "type": "supergroup"}), written("x", chat={"id": -5, "type": "group"}),
        written("/start abc", chat={"id": -5, "type": "group"}), written("x", chat=None), written("x", chat="private"),
        written("x", user=None), written("x", user=0), written("x", user=-5), written("x", user=True),
        written("x", user="5"), written("x", user=5.0), written("x", user=2**70), written("x", user=10**5000),
        written_by(None), written_by({"id": 9, "is_bot": True}),
        written_by({"id": 9, "is_bot": "yes"}),
        written(), written(pinned_message={"text": "x"}), written(5), written(text=["x"]),
        tapped(None), tapped(5), tapped(""), tapped("x" * 65), tapped("x:0"), tapped(f"{NONCE}:9999"), tapped(NONCE),
        tapped("n" * 21 + "\ud800:0"), tapped("n" * 21 + "':0"), tapped(f"{NONCE}:-1"), tapped(f"{NONCE}:１"),
        tapped(message={"chat": {"id": -5, "type": "group"}}), tapped(**{"from": {"id": 9, "is_bot": True}}),
        membership("left"), membership(None), membership("kicked", "group"), membership(["kicked"]),
    ],
)  # fmt: skip
def test_what_is_nothing_for_us_is_ignored_and_kept_safely(update: object) -> None:
    assert isinstance(kept(update), Ignored)


def test_a_tap_carries_its_nonce_and_number() -> None:
    someone = Sender("telegram", "5", "Test", None)
    assert kept(tapped(f"{NONCE}:12")) == PressedButton(someone, NONCE, 12)
    assert kept(tapped(message=None)) == PressedButton(someone, NONCE, 0)
    assert kept(tapped(message={"message_id": 3, "date": 0})) == PressedButton(someone, NONCE, 0)


def test_blocking_and_coming_back_are_seen() -> None:
    someone = Sender("telegram", "5", "Test", None)
    assert kept(membership("kicked")) == Blocked(someone)
    assert kept(membership("member")) == Unblocked(someone)


@pytest.mark.parametrize(
    ("name", "code", "first_name", "language"),
    [
        ("<script>alert(1)</script>", "pt-BR", "<script>alert(1)</script>", "pt"),
        ("\n" * 64, "zh_Hans", None, "zh"),
        ("Anna\nB", "EN", "Anna B", "en"),
        ("\u202egnp.exe", "x", "gnp.exe", None),
        ("x" * 300, "'; DROP", "x" * 64, None),
        (5, 5, None, None),
        ("\ud800", "", "\ufffd", None),
    ],
)
def test_names_and_languages_are_made_harmless(
    name: object, code: object, first_name: str | None, language: str | None
) -> None:
    person = {"id": 5, "is_bot": False, "first_name": name, "language_code": code}
    assert kept(written_by(person)) == Spoke(Sender("telegram", "5", first_name, language), "x")


def test_ids_beyond_what_a_double_holds_stay_exact() -> None:
    arrival = kept(written("x", user=2**60 + 1))
    assert isinstance(arrival, Spoke) and arrival.sender.value == str(2**60 + 1)


def test_the_same_thing_has_the_same_key_under_any_number() -> None:
    assert natural_key({**written("x"), "update_id": 1}) == natural_key({**written("x"), "update_id": 2**40})
    assert natural_key(written("x")) == "message:5:7:0"
    assert natural_key(tapped()) == "callback:4711"
    edited = written("y", kind="edited_message", edit_date=9)
    assert natural_key(edited) == "message:5:7:9"


def test_different_things_have_different_keys() -> None:
    first = membership("kicked")
    keys = [natural_key(update) for update in (first, {**first, "update_id": 9}, membership("member"), written("x"))]
    assert len(set(keys)) == 4
    odd: list[Any] = [
        written("x", message_id="7"),
        written("y", message_id="7"),
        tapped(id="'"),
        tapped(id=["4711"]),
        None,
        [],
    ]
    assert len({natural_key(update) for update in odd}) == 6


def test_an_edit_without_a_date_does_not_hide_behind_the_first_wording() -> None:
    assert natural_key(written("y", kind="edited_message")) != natural_key(written("y"))


def test_pictures_sent_together_are_one_thing_unless_one_has_words() -> None:
    album: dict[str, Any] = {"media_group_id": "99", "photo": [{}]}
    assert natural_key(written(message_id=1, **album)) == natural_key(written(message_id=2, **album))
    assert natural_key(written(message_id=1, caption="too big", **album)) != natural_key(written(message_id=2, **album))


def test_lanes_and_taps_to_acknowledge() -> None:
    assert lane(written("x")) == lane(tapped()) == lane(membership("kicked")) == "telegram:5"
    assert lane({"poll": {}}) == lane(None) == "telegram:nobody"
    assert callback_id(tapped()) == callback_id(slim(tapped())) == "4711"
    assert callback_id(written("x")) is None and callback_id(tapped(id=5)) is None


def test_half_a_megabyte_is_kept_as_far_as_it_is_read() -> None:
    item = raw_input(written("stop", game={"text": "x" * 600_000}))
    assert len(item.payload) < 1000
    assert kept(written("x" * 600_000)) == Spoke(WHO, "x" * 4096)


def test_depth_does_not_matter() -> None:
    deep: Any = {}
    for _ in range(100_000):
        deep = {"x": deep}
    item = raw_input({**written("hello", reply_to_message=deep), "update_id": 5})
    assert item.natural_key == "message:5:7:0" and translate(json.loads(item.payload)) == Spoke(WHO, "hello")
    assert raw_input({"update_id": 5, "poll": deep}).natural_key.startswith("update:5:")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**52, 2**80)
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["private", "group", "/start", "/stop", "kicked", f"{NONCE}:0", "stop", "\ud800", "\0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PERSON = st.fixed_dictionaries({}, optional={"id": JSON, "is_bot": JSON, "first_name": JSON, "language_code": JSON})
CHAT = st.fixed_dictionaries({}, optional={"id": JSON, "type": st.just("private") | JSON})
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "message_id": JSON, "date": JSON, "edit_date": JSON, "text": JSON, "caption": JSON, "photo": JSON,
        "media_group_id": JSON, "forward_origin": JSON, "from": PERSON | JSON, "chat": CHAT | JSON,
    },
)  # fmt: skip
QUERY = st.fixed_dictionaries({}, optional={"id": JSON, "data": JSON, "from": PERSON | JSON, "message": MESSAGE | JSON})
MEMBER = st.fixed_dictionaries({}, optional={"from": PERSON | JSON, "chat": CHAT | JSON, "new_chat_member": JSON})
UPDATE = JSON | st.fixed_dictionaries(
    {},
    optional={
        "update_id": JSON, "message": MESSAGE | JSON, "edited_message": MESSAGE | JSON, "callback_query": QUERY | JSON,
        "my_chat_member": MEMBER | JSON, "channel_post": MESSAGE | JSON,
    },
)  # fmt: skip


def texts(value: Any) -> list[str]:
    """Every text in a JSON value, names included."""
    match value:
        case str():
            return [value]
        case list():
            return [text for item in value for text in texts(item)]
        case dict():
            return [text for name, item in value.items() for text in (name, *texts(item))]
        case _:
            return []


@settings(max_examples=150, deadline=None)
@given(UPDATE)
def test_no_shape_of_an_update_makes_it_fall_over(update: object) -> None:
    item = raw_input(update)
    assert item.payload.isascii()
    # PostgreSQL takes neither in text or JSON.
    assert all("\0" not in text and text.encode() for text in texts(json.loads(item.payload)) if text)
    assert item.natural_key.isascii() and len(item.natural_key) <= 200 and len(item.lane) <= 40
    assert translate(json.loads(item.payload)) == translate(update)
    assert natural_key(update) == item.natural_key
