"""Whatever a conversation's state, a message, an event or an effect can hold comes back from JSON as it was."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from flows.codec import decode_message, decode_state, encode_message, encode_state
from flows.effects import Effect
from flows.errors import EngineMisuse
from flows.events import Event
from flows.messages import Message
from flows.state import State

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))
repeatable = settings(max_examples=60, derandomize=True, database=None, deadline=None)


@repeatable
@given(st.from_type(State))
def test_a_state_comes_back_as_it_was(state: State) -> None:
    text = encode_state(state)
    assert decode_state(text) == state
    assert "\n" not in text


@repeatable
@given(st.from_type(Message))
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    assert decode_message(encode_message(message)) == message


@pytest.mark.parametrize("kind", [*get_args(Event), *get_args(Effect)], ids=lambda kind: str(kind.__name__))
def test_an_event_and_an_effect_can_be_written_down(kind: type) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)

    @settings(repeatable, max_examples=15)
    @given(st.from_type(kind))
    def comes_back(value: Any) -> None:
        assert adapter.validate_json(adapter.dump_json(value)) == value

    comes_back()


@repeatable
@given(st.text() | st.from_type(State).map(encode_state), st.data())
def test_a_damaged_state_is_told_in_one_sentence_and_nothing_else(text: str, data: st.DataObject) -> None:
    cut = text[: data.draw(st.integers(0, max(0, len(text) - 1)))]
    with pytest.raises(EngineMisuse, match=r"cannot be read: \w+; restore it from a backup") as told:
        decode_state(cut)
    assert not cut or cut not in str(told.value) or len(cut) < 3


@pytest.mark.parametrize("text", ["null", "[]", "{}", '{"format": 1}', '{"format": 1, "state": {}}', '"x"', "1"])
def test_something_else_than_a_state_is_refused(text: str) -> None:
    with pytest.raises(EngineMisuse, match="restore it from a backup"):
        decode_state(text)
    with pytest.raises(EngineMisuse, match="restore it from a backup"):
        decode_message(text)


def test_a_state_of_a_newer_version_says_to_update() -> None:
    document = json.loads(encode_state(State(flow="f", version=1, language="en", seed=1)))
    with pytest.raises(EngineMisuse, match="format 2, this version reads 1; update Holdback"):
        decode_state(json.dumps(document | {"format": 2}))
