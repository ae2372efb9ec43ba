"""Named places where a crash can be provoked: declared in storage/failpoints.py, where every floor can pass them."""

from storage.failpoints import FAILPOINTS, arm, failpoint

__all__ = ["FAILPOINTS", "arm", "failpoint"]
