"""Ids that people see can be given back by them, also on a command line."""

import random
import re

from storage.ids import new_uid, rehearsed


class Dashes(random.Random):
    """A dice whose first byte would become a dash."""

    def randbytes(self, n: int) -> bytes:
        return b"\xf8" + super().randbytes(n - 1)


def test_no_id_looks_like_an_option() -> None:
    with rehearsed(Dashes(1)):
        uids = {new_uid() for _ in range(100)}
    assert len(uids) == 100 and all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{21}", uid) for uid in uids)
