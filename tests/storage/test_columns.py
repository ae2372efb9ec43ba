"""Moments on SQLite: the text that is kept is the one SQLAlchemy has always written there."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import DateTime
from sqlalchemy.dialects import sqlite

from storage.columns import UTCDateTime

MOMENTS = (
    datetime(2026, 3, 2, 12, tzinfo=UTC),
    datetime(2026, 3, 2, 12, 0, 0, 7, tzinfo=UTC),
    datetime(2026, 3, 2, 1, 30, tzinfo=timezone(timedelta(hours=9))),
    datetime(999, 1, 1, tzinfo=UTC),
)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_is_kept_as_the_same_text_and_comes_back(moment: datetime) -> None:
    dialect = sqlite.dialect()
    ours, plain = UTCDateTime().dialect_impl(dialect), DateTime().dialect_impl(dialect)
    write, usual, read = (
        ours.bind_processor(dialect),
        plain.bind_processor(dialect),
        ours.result_processor(dialect, None),
    )
    assert write is not None and usual is not None and read is not None
    kept = write(moment)
    assert kept == usual(moment.astimezone(UTC).replace(tzinfo=None))
    back = read(kept)
    assert back == moment and back is not None and back.tzinfo is UTC
    assert write(None) is None and read(None) is None


def test_a_moment_without_a_zone_is_refused() -> None:
    dialect = sqlite.dialect()
    write = UTCDateTime().dialect_impl(dialect).bind_processor(dialect)
    assert write is not None
    with pytest.raises(ValueError, match="without a time zone"):
        write(datetime(2026, 3, 2))  # noqa: DTZ001 - that is what is refused
